/** The port on which many programs expect Ollama. It is used only when it is free: a running Ollama keeps it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../observability/log.ts";
import type { Listener } from "../server/listen.ts";

/** An earlier leading bridge frees the port within moments. */
const TRIES = 20;
const PAUSE_MS = 100;
const ANSWER_WITHIN_MS = 1000;

interface Place {
  readonly host: string;
  readonly port: number;
  /** The bridge's own address. */
  readonly url: string;
}

interface Surroundings {
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Opens the port, or logs which program uses it. The bridge serves on its own port in any case. */
export async function openOllamaPort(
  open: () => Promise<Listener>,
  { host, port, url }: Place,
  { log, signal }: Surroundings,
): Promise<Listener | undefined> {
  for (let tries = 1; !signal.aborted; tries += 1) {
    // Some systems let two programs use one port if only one of them listens on every address.
    const holder = await holderOf(host, port);
    try {
      if (holder === undefined) {
        const listener = await open();
        log.info({ url: listener.url }, "listening on the Ollama port");
        return listener;
      }
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
      if (code !== "EADDRINUSE") {
        log.error({ err: error, host, port }, `Cannot serve Ollama clients on port ${port}.`);
        return undefined;
      }
    }
    if (!MAY_GO.has(holder) || tries >= TRIES) {
      log.error(
        { host, port },
        `Port ${port} is used by ${NAMES[holder ?? "program"]}, which keeps it. Programs that use this port do not reach this ` +
          `bridge: set their address to ${url}, or end the program on that port and start the bridge again.`,
      );
      return undefined;
    }
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
  }
  return undefined;
}

/** Where it is also the bridge's own port. @throws Error as the system's for a port that is in use. */
export async function leaveToOllama(host: string, port: number): Promise<void> {
  if ((await holderOf(host, port)) !== "ollama") return;
  throw Object.assign(new Error(`Ollama uses port ${port}.`), { code: "EADDRINUSE" });
}

/** `silent`: a program accepts connections, but sends nothing or closes them. */
type Holder = "ollama" | "bridge" | "program" | "silent";

/** Holders that may be gone in a moment: a bridge that is ending. */
const MAY_GO: ReadonlySet<Holder | undefined> = new Set<Holder | undefined>(["bridge", "silent", undefined]);

const NAMES: Readonly<Record<Holder, string>> = {
  ollama: "Ollama",
  bridge: "another bridge",
  program: "another program",
  silent: "another program",
};

/** The program that answers there; `undefined` when connections are refused. */
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

/** Maximum bytes of a response: any program may listen there and send without end. */
async function beginningOf(url: string): Promise<string> {
  const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const { body } = await fetch(url, { signal, redirect: "manual" });
  const reader = body?.getReader();
  const { value = new Uint8Array() } = (await reader?.read()) ?? {};
  await reader?.cancel();
  return Buffer.from(value).toString("utf8", 0, 4096);
}
