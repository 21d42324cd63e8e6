import type { IncomingHttpHeaders } from "node:http";
import type { Dialect } from "../dialects/dialect.ts";
import type { Target } from "./target.ts";

/**
 * The dialect in which a request is to be answered, errors included: that of its path; where APIs share the path, the one whose
 * marks the request carries.
 */
export function dialectFor(
  { path, search }: Pick<Target, "path" | "search">,
  headers: IncomingHttpHeaders,
  dialects: readonly Dialect[],
): Dialect {
  const carries = ({ marks }: Dialect): boolean =>
    marks !== undefined &&
    (marks.headers.some((name) => headers[name] !== undefined) ||
      (marks.query !== undefined && new URLSearchParams(search).has(marks.query)));
  const dialect = dialects.find(({ paths }) => paths.test(path)) ?? dialects.find(carries) ?? dialects[0];
  if (dialect === undefined) throw new Error("The bridge has no dialects.");
  return dialect;
}
