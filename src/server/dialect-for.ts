import type { IncomingHttpHeaders } from "node:http";
import type { Dialect } from "../dialects/dialect.ts";

/**
 * The dialect in which a request is to be answered, errors included: that of its path; where APIs share the path, the one whose
 * headers the request has.
 */
export function dialectFor(
  path: string,
  headers: IncomingHttpHeaders,
  dialects: readonly Dialect[],
): Dialect {
  const dialect =
    dialects.find(({ paths }) => paths.test(path)) ??
    dialects.find(({ marks = [] }) => marks.some((name) => headers[name] !== undefined)) ??
    dialects[0];
  if (dialect === undefined) throw new Error("The bridge has no dialects.");
  return dialect;
}
