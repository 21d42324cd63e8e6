/** Why the port cannot be opened, and what to do. `reason` is the system's code. */
export function cannotListen(host: string, port: number, reason: string): string {
  const remedies: Readonly<Record<string, string>> = {
    EADDRINUSE: `another program uses port ${port}; stop it or choose another, e.g. --port ${port === 8000 ? 8001 : 8000}`,
    EACCES: "the system does not allow this port; choose one above 1023 with --port",
    EADDRNOTAVAIL: "this machine has no such address; use --host 127.0.0.1",
    ENOTFOUND: "there is no such name; use --host 127.0.0.1",
  };
  return `cannot listen on ${host}, port ${port}: ${remedies[reason] ?? reason}`;
}
