/** The target of a request line (RFC 9112, section 3.2): a path, or a whole URL as proxies send it. */
export interface Target {
  /** As our routes know it. */
  readonly path: string;
  /** Host and port of a whole URL. */
  readonly authority: string | undefined;
}

const ABSOLUTE = /^https?:\/\/([^/?#]*)([^?#]*)/i;

export function parseTarget(url: string): Target {
  const absolute = ABSOLUTE.exec(url);
  if (absolute === null) return { path: normalisePath(url.replace(/[?#].*$/s, "")), authority: undefined };
  const [, authority = "", path = ""] = absolute;
  return { path: normalisePath(path === "" ? "/" : path), authority };
}

/**
 * The path as our routes know it. Clients join base URLs and paths in several ways: with a doubled slash, without
 * `/v1`, or with it twice.
 */
export function normalisePath(path: string): string {
  const clean = path
    .replaceAll(/\/{2,}/g, "/")
    .replace(/(?<=.)\/$/, "")
    .replace(/^(?:\/v1)+(?=\/|$)/, "/v1");
  return /^\/(?:chat\/completions|responses|messages|models)(?:\/|$)/.test(clean) ? `/v1${clean}` : clean;
}
