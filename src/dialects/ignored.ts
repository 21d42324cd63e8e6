import type { JsonObject } from "./shapes.ts";
import { addNotice, type Notice } from "../turn/notice.ts";

/** Adds a notice for the fields that ask for something sampling does not have. */
export function noticeIgnored(fields: readonly string[], notices: Notice[]): void {
  if (fields.length === 0) return;
  addNotice(notices, { code: "parameters-ignored", message: `MCP sampling has no ${fields.join(", ")}.` });
}

/**
 * The fields of `request` that are named in `neutral` and ask for something: they are not null, and not the value
 * given there, which means the same as leaving them out.
 */
export function asked(request: unknown, neutral: Readonly<Record<string, unknown>>): string[] {
  if (typeof request !== "object" || request === null) return [];
  const fields = request as JsonObject;
  return Object.keys(neutral).filter((field) => {
    const value = fields[field];
    if (value === undefined || value === null || value === neutral[field]) return false;
    return !isEmpty(value);
  });
}

function isEmpty(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  for (const _ in value) return false;
  return true;
}
