import type { IncomingHttpHeaders } from "node:http";
import type { Dialect } from "../dialects/dialect.ts";
import type { Target } from "./target.ts";

/**
 * The dialect in which a request is to be answered, errors included: that of its path; where APIs share the path, the one whose
 * headers the request has, or that looks for its key in the query where there is one.
 */
export function dialectFor(
  { path, search }: Pick<Target, "path" | "search">,
  headers: IncomingHttpHeaders,
  dialects: readonly Dialect[],
): Dialect {
  const query = new URLSearchParams(search);
  const dialect =
    dialects.find(({ paths }) => paths.test(path)) ??
    dialects.find(({ marks = [] }) => marks.some((name) => headers[name] !== undefined)) ??
    dialects.find(({ queryKey }) => queryKey !== undefined && query.has(queryKey)) ??
    dialects[0];
  if (dialect === undefined) throw new Error("The bridge has no dialects.");
  return dialect;
}
