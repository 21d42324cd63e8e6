/** A name from a host or a client as the value of a header, which holds only printable ASCII and shall be short. */
export function headerText(name: string): string {
  return name.replaceAll(/[^\u0020-\u007E]/g, "?").slice(0, 200);
}
