import { clientUrl } from "../joining/client-url.ts";
import { CannotListen } from "../joining/cannot-listen.ts";
import { CliError } from "./failure.ts";
import { withFlag } from "./own-program.ts";
import { bridgeAt, isOllama } from "../joining/who-holds.ts";
import { say } from "../util/say.ts";

/** An error for the person: for a port that cannot be opened with a remedy. */
export async function withRemedy(error: unknown): Promise<unknown> {
  if (!(error instanceof CannotListen)) return error;
  return new CliError(await cannotListen(error.host, error.port, error.reason));
}

/** Why the port cannot be opened, and what to do. `reason` is the system's code. */
export async function cannotListen(host: string, port: number, reason: string): Promise<string> {
  const remedies: Readonly<Record<string, string>> = {
    EACCES: say`the system does not allow this port; choose one above 1023 with --port`,
    EADDRNOTAVAIL: say`this machine has no such address; use --host 127.0.0.1`,
    ENOTFOUND: say`unknown host name; use --host 127.0.0.1`,
  };
  const remedy = reason === "EADDRINUSE" ? await portTaken(host, port) : (remedies[reason] ?? reason);
  return say`cannot listen on ${host}, port ${port}: ${remedy}`;
}

async function portTaken(host: string, port: number): Promise<string> {
  const url = clientUrl(host, port);
  const version = await bridgeAt(url);
  const other = withFlag(`--port ${port === 8000 ? 8001 : 8000}`);
  if (version === undefined) {
    const holder = (await isOllama(url)) ? "Ollama" : say`another program`;
    return say`${holder} uses port ${port}; stop it or choose another, e.g. ${other}`;
  }
  return say`a bridge (version ${version}) is already running there; use it at ${url}, or choose another port, e.g. ${other}`;
}
