/** A name from a host or a client as a header value: short, and only printable ASCII. */
export function headerText(name: string): string {
  return name.replaceAll(/[^\u0020-\u007E]/g, "?").slice(0, 200);
}
