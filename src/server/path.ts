/**
 * The path as our routes know it. Clients join base URLs and paths in several ways: with a doubled slash, without
 * `/v1`, or with it twice.
 */
export function normalisePath(path: string): string {
  const clean = path
    .replaceAll(/\/{2,}/g, "/")
    .replace(/(?<=.)\/$/, "")
    .replace(/^(?:\/v1)+(?=\/|$)/, "/v1");
  return /^\/(?:chat\/completions|messages|models)(?:\/|$)/.test(clean) ? `/v1${clean}` : clean;
}
