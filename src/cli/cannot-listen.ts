import { clientUrl } from "./address.ts";
import { withFlag } from "./own-program.ts";
import { bridgeAt } from "./who-holds.ts";

/** Why the port cannot be opened, and what to do. `reason` is the system's code. */
export async function cannotListen(host: string, port: number, reason: string): Promise<string> {
  const remedies: Readonly<Record<string, string>> = {
    EACCES: "the system does not allow this port; choose one above 1023 with --port",
    EADDRNOTAVAIL: "this machine has no such address; use --host 127.0.0.1",
    ENOTFOUND: "there is no such name; use --host 127.0.0.1",
  };
  const remedy = reason === "EADDRINUSE" ? await portTaken(host, port) : (remedies[reason] ?? reason);
  return `cannot listen on ${host}, port ${port}: ${remedy}`;
}

async function portTaken(host: string, port: number): Promise<string> {
  const url = clientUrl(host, port);
  const version = await bridgeAt(url);
  const other = withFlag(`--port ${port === 8000 ? 8001 : 8000}`);
  return version === undefined
    ? `another program uses port ${port}; stop it or choose another, e.g. ${other}`
    : `a bridge (version ${version}) runs there already; use it as it is at ${url}, or choose another port, e.g. ${other}`;
}
