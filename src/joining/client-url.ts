/** The address under which clients on this machine reach a bridge that listens on `host`. */
export function clientUrl(host: string, port: number): string {
  const local: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "[::1]" };
  return `http://${local[host] ?? (host.includes(":") ? `[${host}]` : host)}:${port}`;
}
