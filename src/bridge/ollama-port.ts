/** The port where many programs look for Ollama and nowhere else. It is only used where nobody is: an Ollama that runs keeps it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../observability/log.ts";
import type { Listener } from "../server/listen.ts";

/** A bridge that led before this one gives up the port within moments. */
const TRIES = 20;
const PAUSE_MS = 100;
const ANSWER_WITHIN_MS = 1000;

interface Place {
  readonly host: string;
  readonly port: number;
  /** Where the bridge can be reached in any case. */
  readonly url: string;
}

interface Surroundings {
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Opens the port, or says in the log who has it. The bridge serves at its own port all the same. */
export async function openOllamaPort(
  open: () => Promise<Listener>,
  { host, port, url }: Place,
  { log, signal }: Surroundings,
): Promise<Listener | undefined> {
  for (let tries = 1; !signal.aborted; tries += 1) {
    // Some systems let two programs listen at one port if only one of them does so at every address.
    const holder = await holderOf(host, port);
    try {
      if (holder === undefined) {
        const listener = await open();
        log.info({ url: listener.url }, "listening where programs look for Ollama");
        return listener;
      }
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
      if (code !== "EADDRINUSE") {
        log.error({ err: error, host, port }, `Programs for Ollama are not served at port ${port}.`);
        return undefined;
      }
    }
    if (!MAY_GO.has(holder) || tries >= TRIES) {
      log.error(
        { host, port },
        `Port ${port} is taken by ${NAMES[holder ?? "program"]}, and left to it. Programs that ask there do not reach this ` +
          `bridge: give them ${url}, or end what runs there and start the bridge again.`,
      );
      return undefined;
    }
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

/** `silent`: something takes connections, and answers nothing or ends them. */
type Holder = "ollama" | "bridge" | "program" | "silent";

/** What may be another in a moment: a bridge that ends, also while it does. */
const MAY_GO: ReadonlySet<Holder | undefined> = new Set<Holder | undefined>(["bridge", "silent", undefined]);

const NAMES: Readonly<Record<Holder, string>> = {
  ollama: "Ollama",
  bridge: "another bridge",
  program: "another program",
  silent: "another program",
};

/** Who answers there; nobody where nothing takes a connection. */
async function holderOf(host: string, port: number): Promise<Holder | undefined> {
  const local: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "[::1]" };
  const name = local[host] ?? (host.includes(":") ? `[${host}]` : host);
  const url = `http://${name}:${port}`;
  try {
    if ((await beginningOf(`${url}/health`)).includes('"mcp-token-bridge"')) return "bridge";
    return (await beginningOf(`${url}/api/version`)).includes('"version"') ? "ollama" : "program";
  } catch (error) {
    const { cause } = error as Error;
    const isRefused = cause instanceof Error && "code" in cause && cause.code === "ECONNREFUSED";
    return isRefused ? undefined : "silent";
  }
}

/** Of an answer: any program may be there, and write without end. */
async function beginningOf(url: string): Promise<string> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const { body } = await fetch(url, { signal, redirect: "manual" });
  const reader = body?.getReader();
  const { value = new Uint8Array() } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return Buffer.from(value).toString("utf8", 0, 4096);
}
