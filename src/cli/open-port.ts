import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../observability/log.ts";
import { CliError } from "./failure.ts";

const RETRY_MS = 1000;

export interface PortOptions {
  readonly host: string;
  readonly port: number;
  readonly log: Logger;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/**
 * Opens the port with `start`, and waits while another program holds it: a host starts one bridge a window, and shows
 * nobody that one has ended. The one that waits serves as soon as the port is free.
 *
 * @throws CliError when the address cannot be used at all.
 */
export async function openPort(start: () => Promise<void>, options: PortOptions): Promise<void> {
  const { host, port, log, signal } = options;
  for (let told = false; !signal.aborted; told = true) {
    try {
      await start();
      return;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
      if (code !== "EADDRINUSE") throw new CliError(cannotListen(host, port, code ?? String(error)));
      if (!told) {
        log.error(
          { host, port },
          `Port ${port} is taken by another program, perhaps another bridge. Waiting until it is free; ` +
            "to use both at once give this one another --port.",
        );
      }
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Why the port cannot be opened, and what to do. */
export function cannotListen(host: string, port: number, reason: string): string {
  const remedies: Readonly<Record<string, string>> = {
    EADDRINUSE: `another program uses port ${port}; stop it or choose another, e.g. --port ${port === 8000 ? 8001 : 8000}`,
    EACCES: "the system does not allow this port; choose one above 1023 with --port",
    EADDRNOTAVAIL: "this machine has no such address; use --host 127.0.0.1",
    ENOTFOUND: "there is no such name; use --host 127.0.0.1",
  };
  return `cannot listen on ${host}, port ${port}: ${remedies[reason] ?? reason}`;
}
