import type * as z from "zod";
import { BridgeError } from "../turn/error.ts";

/**
 * Validates a body, or the part of it at `at`, against a schema.
 *
 * @throws BridgeError `invalid_request` that names the first invalid field.
 */
export function validate<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  at?: string,
): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const { path, message } = deepest(result.error.issues);
  const param = [...(at === undefined ? [] : [at]), ...path.map(String)].join(".");
  throw new BridgeError("invalid_request", param === "" ? message : `${param}: ${message}`, { param });
}

type Issue = z.core.$ZodIssue;

/** The most useful issue: inside a union, that of the branch that matched furthest. */
function deepest(issues: readonly Issue[]): { path: PropertyKey[]; message: string } {
  const [issue] = issues;
  if (issue === undefined) return { path: [], message: "The request is not valid." };
  if (issue.code !== "invalid_union") return { path: issue.path, message: issue.message };
  let best = { path: issue.path, message: "has none of the accepted forms" };
  for (const branch of issue.errors) {
    const inner = deepest(branch);
    // The right type of value, but too long.
    if (branch[0]?.code === "too_big" && branch[0].path.length === 0)
      best = { ...best, message: inner.message };
    if (inner.path.length > 0 && issue.path.length + inner.path.length > best.path.length) {
      best = { path: [...issue.path, ...inner.path], message: inner.message };
    }
  }
  return best;
}
