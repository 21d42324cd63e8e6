import type { IncomingHttpHeaders } from "node:http";
import type { Dialect } from "../dialects/dialect.ts";

/** The dialect in which a request is to be answered, errors included: that of its path, else the one its headers speak. */
export function dialectFor(
  path: string,
  headers: IncomingHttpHeaders,
  dialects: readonly Dialect[],
): Dialect {
  const byPath = dialects.find((dialect) => path === dialect.path || path.startsWith(`${dialect.path}/`));
  const vendor = headers["anthropic-version"] === undefined ? "openai-chat" : "anthropic-messages";
  const dialect = byPath ?? dialects.find((candidate) => candidate.id === vendor) ?? dialects[0];
  if (dialect === undefined) throw new Error("The bridge has no dialects.");
  return dialect;
}
