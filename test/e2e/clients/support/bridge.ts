/** The bridge under test, as users run it, with a real MCP client as host or with none. */
import { resolve } from "node:path";
import { cleanEnvironment } from "./environment.ts";
import type { HostBehaviour, HostOptions, HostReport } from "./host-behaviour.ts";
import type { Namespace } from "./namespace.ts";
import { Program } from "./program.ts";

const ROOT = resolve(import.meta.dirname, "../../../..");
const MAIN = resolve(ROOT, "dist/main.js");
const HOST = resolve(import.meta.dirname, "host-main.ts");
const START_MS = 30_000;

/** The namespace is the test's own, so the port is always free. */
export const BRIDGE_URL = "http://127.0.0.1:8000";

export interface Bridge {
  /** What the user says in each sampling request that reached the host. */
  readonly asked: readonly string[];
  /** How many of them hold this text. */
  asksFor(prompt: string): number;
  /** Waits until the host has been asked so many times. */
  askedTimes(count: number, timeoutMs: number): Promise<void>;
  /** HTTP requests that the bridge has answered so far. */
  requests(): number;
  /** Waits until the bridge has logged this. */
  until(pattern: RegExp, timeoutMs: number): Promise<void>;
  /** Kills the host where it stands, as a crash would. */
  killHost(): void;
  /** The bridge's log, and the host's. */
  log(): string;
  stop(): Promise<void>;
}

export interface BridgeOptions {
  readonly home: string;
  /** Undefined: no host attaches. */
  readonly host?: HostBehaviour | undefined;
  readonly args?: readonly string[] | undefined;
}

/** Starts both and waits until the port answers. */
export async function startBridge(namespace: Namespace, options: BridgeOptions): Promise<Bridge> {
  const command = [process.execPath, MAIN, "--host", "127.0.0.1", "--port", "8000", ...(options.args ?? [])];
  const asked: string[] = [];
  let attached = options.host === undefined;
  const program =
    options.host === undefined
      ? bridgeAlone(namespace, command, options.home)
      : hostWithBridge(namespace, { bridge: command, behaviour: options.host }, options.home);
  program.child.on("message", (message: HostReport) => {
    if (message.type === "asked") asked.push(message.text);
    if (message.type === "attached") attached = true;
  });
  await program.until(/127\.0\.0\.1:8000/, START_MS);
  await messageUntil(program, START_MS, () => attached, "The host did not attach.");
  return {
    asked,
    asksFor: (prompt) => asked.filter((text) => text.includes(prompt)).length,
    askedTimes: (count, timeoutMs) =>
      messageUntil(program, timeoutMs, () => asked.length >= count, `The host was not asked ${count} times.`),
    requests: () => program.output.match(/ (?:TX|refused) /g)?.length ?? 0,
    until: (pattern, timeoutMs) => program.until(pattern, timeoutMs),
    killHost: () => void program.child.kill("SIGKILL"),
    log: () => program.output,
    stop: () => program.end(),
  };
}

function bridgeAlone(namespace: Namespace, [command = "", ...args]: string[], home: string): Program {
  const child = namespace.spawn(command, args, { env: cleanEnvironment(home), cwd: ROOT });
  return new Program("the bridge", child);
}

function hostWithBridge(namespace: Namespace, options: HostOptions, home: string): Program {
  const child = namespace.spawn(process.execPath, ["--import", "tsx", HOST], {
    env: { ...cleanEnvironment(home), MCPTB_TEST_HOST: JSON.stringify(options) },
    cwd: ROOT,
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
  return new Program("the host with the bridge", child);
}

/** Waits for a message of the host after which the condition holds. */
async function messageUntil(
  program: Program,
  timeoutMs: number,
  holds: () => boolean,
  otherwise: string,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${otherwise} The host and the bridge wrote:\n${program.output.slice(-4000)}`)),
      timeoutMs,
    );
    const look = (): void => {
      if (!holds()) return;
      clearTimeout(timer);
      program.child.off("message", look);
      resolve();
    };
    program.child.on("message", look);
    look();
  });
}
