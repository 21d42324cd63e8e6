import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect as connectSocket, createServer } from "node:net";
import type { Readable, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { type HostOptions, attachHost } from "./host.ts";
import type { Model } from "./model.ts";

/** What a process has used: CPU of all its threads in microseconds, memory in bytes. */
export interface Usage {
  readonly cpuMicros: number;
  readonly rss: number;
  /** V8's heap plus what it keeps outside (buffers). */
  readonly heapBytes: number;
}

/** A gateway under test, with a model behind it. */
export interface Subject {
  readonly name: string;
  readonly port: number;
  /** With which it wants to be asked. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `collect` runs a full garbage collection first. Undefined for a program that cannot be asked. */
  usage(collect?: boolean): Promise<Usage | undefined>;
  stop(): Promise<void>;
}

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The limits of the bridge are its safety; here they would only measure themselves. */
const UNLIMITED =
  "--max-concurrent 20000 --max-queued 20000 --max-in-flight 20000 --max-connections 20000 --log-level warn".split(
    " ",
  );

export interface StartOptions extends HostOptions {
  /** Options of Node itself, such as `--cpu-prof`. */
  readonly node?: readonly string[];
  /** Further flags of the bridge. */
  readonly flags?: readonly string[];
}

export type Start = (model: Model, options?: StartOptions) => Promise<Subject>;

export const startBridge: Start = (model, options) =>
  startStdioServer(
    "bridge",
    [fromHere("../dist/main.js"), ...UNLIMITED, ...(options?.flags ?? [])],
    model,
    options,
  );

export const startBaseline: Start = (model, options) =>
  startStdioServer("baseline", [fromHere("baseline.mjs")], model, options);

/** A second baseline in the place of the bridge. */
export const startControl: Start = (model, options) =>
  startStdioServer("bridge", [fromHere("baseline.mjs")], model, options);

/** Starts a server as an MCP host does, lends it `model`, and waits until it serves HTTP. */
async function startStdioServer(
  name: string,
  command: readonly string[],
  model: Model,
  { node = [], ...host }: StartOptions = {},
): Promise<Subject> {
  const port = await freePort();
  return startServer(name, port, [...node, ...PROBED, ...command], async ({ stdin, stdout }) => {
    await attachHost(stdout, stdin, model, host);
    await listening(port);
  });
}

/** What lets a server be asked for its usage. */
const PROBED = ["--expose-gc", "--import", new URL("probe.mjs", import.meta.url).href];

/** The built bridge, as arguments of Node. */
export const BRIDGE = [...PROBED, fromHere("../dist/main.js"), ...UNLIMITED];

export interface Pipes {
  readonly stdin: Writable;
  readonly stdout: Readable;
}

/** Starts a server process and resolves when `attach` has. A server that ends before is an error. */
export async function startServer(
  name: string,
  port: number,
  command: readonly string[],
  attach: (pipes: Pipes) => Promise<unknown>,
): Promise<Subject> {
  const args = [...command, "--host", "127.0.0.1", "--port", String(port)];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe", "ipc"] });
  const stderr = tailOf(child);
  const died = once(child, "exit").then(([code]) => {
    throw new Error(`${name} ended with ${String(code)}\n${stderr()}`);
  });
  died.catch(() => undefined);
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error(`${name} did not start`);
  stdin.on("error", () => undefined);
  try {
    await Promise.race([died, attach({ stdin, stdout })]);
  } catch (error) {
    await stopChild(child);
    throw error;
  }
  return {
    name,
    port,
    usage: (collect = false) => Promise.race([died, askUsage(child, collect)]),
    stop: () => stopChild(child),
  };
}

async function askUsage(child: ChildProcess, collect: boolean): Promise<Usage> {
  child.send({ type: "usage", collect });
  const [usage] = (await once(child, "message")) as [Usage];
  return usage;
}

/** Closes the host's end and asks the process to end, and ends the process if that was not enough within three seconds. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.stdin?.end();
  // A server without a host on its pipes does not hear of their end.
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 3_000);
  await exited;
  clearTimeout(timer);
}

/** Keeps the last lines a child wrote to stderr, for the message when it fails. */
export function tailOf(child: ChildProcess): () => string {
  let tail = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    tail = (tail + text).slice(-4_000);
  });
  return () => tail;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** Waits until something accepts connections on `port`, at most a minute. */
export async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 1_200; attempt += 1) {
    const socket = connectSocket(port, "127.0.0.1");
    const open = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await delay(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}
