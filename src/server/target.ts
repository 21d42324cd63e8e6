/** The target of a request line (RFC 9112, section 3.2): a path, or a whole URL as proxies send it. */
export interface Target {
  /** The path in the form that our routes use. */
  readonly path: string;
  /** Host and port of a whole URL. */
  readonly authority: string | undefined;
  /** The text after the question mark. */
  readonly search: string;
}

const ABSOLUTE = /^https?:\/\/([^/?#]*)([^?#]*)/i;

export function parseTarget(url: string): Target {
  const search = /^[^?#]*\?([^#]*)/.exec(url)?.[1] ?? "";
  const absolute = ABSOLUTE.exec(url);
  if (absolute === null) {
    return { path: normalisePath(url.replace(/[?#].*$/s, "")), authority: undefined, search };
  }
  const [, authority = "", path = ""] = absolute;
  return { path: normalisePath(path === "" ? "/" : path), authority, search };
}

/**
 * The path in the form that our routes use. Clients join base URLs and paths in several ways: with a doubled slash,
 * without `/v1`, or with several versions, of which the last is the client's own. Google's `v1alpha` is treated like
 * `v1beta`.
 */
export function normalisePath(path: string): string {
  const clean = path
    .replaceAll(/\/{2,}/g, "/")
    .replace(/(?<=.)\/$/, "")
    .replace(/^(?:\/v1(?:alpha|beta)?)+(?=\/v1(?:alpha|beta)?(?:\/|$))/, "")
    .replace(/^\/v1alpha(?=\/|$)/, "/v1beta");
  return /^\/(?:chat\/completions|responses|messages|models)(?:\/|$)/.test(clean) ? `/v1${clean}` : clean;
}
