import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { ROOT, asBuilt } from "./as-built.ts";
import { Model } from "./model.ts";
import { type Figure, figure } from "./rounds.ts";
import { startBaseline, startBridge, stopChild, tailOf } from "./subject.ts";

/** What the program takes before it does anything: room on the disk, time to start, memory. */
export interface Footprint {
  readonly size: Size;
  readonly starts: readonly StartRow[];
  readonly idle: readonly IdleRow[];
}

/** Bytes on the disk. */
export interface Size {
  readonly own: number;
  /** All packages that an installation brings with it. */
  readonly dependencies: number;
  readonly packages: number;
}

/** From the start of a process to its answer to `initialize`; of `node -e 0` to its end. Milliseconds. */
export interface StartRow {
  readonly program: string;
  readonly time: Figure;
}

/** Resident memory in bytes of a server that listens, has its host, and has nothing to do. */
export interface IdleRow {
  readonly subject: string;
  readonly rss: number;
}

/** How long a server is left alone before it is weighed, in milliseconds. */
const SETTLE_MS = 3_000;

export async function measureFootprint(times: number): Promise<Footprint> {
  return { size: installedSize(), starts: await measureStarts(times), idle: await measureIdle() };
}

function installedSize(): Size {
  const pack = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const packed = execFileSync("npm", pack, {
    cwd: ROOT,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  const [{ unpackedSize: own }] = JSON.parse(packed) as [{ unpackedSize: number }];
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Readonly<Record<string, { readonly dev?: true; readonly optional?: true }>>;
  };
  const brought = Object.entries(packages).filter(
    ([path, { dev, optional }]) => path !== "" && !dev && !optional,
  );
  const dependencies = brought.reduce((sum, [path]) => sum + bytesIn(join(ROOT, path)), 0);
  return { own, dependencies, packages: brought.length };
}

/** Without the packages inside it, which the lock file lists by themselves. */
function bytesIn(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "node_modules" ? sum : sum + bytesIn(path);
    return sum + statSync(path).size;
  }, 0);
}

const INITIALIZE = `${JSON.stringify({
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: { sampling: {} },
    clientInfo: { name: "bench-host", version: "0" },
  },
})}\n`;

function measureStarts(times: number): Promise<StartRow[]> {
  const asPackages = { packages: "external", splitting: true } as const;
  return asBuilt("src/main.ts", asPackages, (main) =>
    startsOf(times, {
      "node -e 0": ["-e", "0"],
      bridge: [join(ROOT, "dist", "main.js"), "--port", "0"],
      "bridge, its libraries as packages": [main, "--port", "0"],
    }),
  );
}

/** In turns, so that the machine's mood meets all alike. */
async function startsOf(
  times: number,
  programs: Readonly<Record<string, readonly string[]>>,
): Promise<StartRow[]> {
  const samples = new Map<string, number[]>();
  // The first start of each reads its files from the disk.
  for (let time = 0; time <= times; time += 1) {
    for (const [program, args] of Object.entries(programs)) {
      const took = await startOf(args);
      if (time > 0) samples.set(program, [...(samples.get(program) ?? []), took]);
    }
  }
  return [...samples].map(([program, took]) => ({ program, time: figure(took) }));
}

async function startOf(args: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
  const stderr = tailOf(child);
  child.stdin.on("error", () => undefined);
  child.stdin.write(INITIALIZE);
  const ended = once(child, "exit");
  const answered = await Promise.race([once(child.stdout, "data").then(() => true), ended.then(() => false)]);
  const took = performance.now() - began;
  if (!answered && child.exitCode !== 0)
    throw new Error(`${args.join(" ")} ended without an answer\n${stderr()}`);
  await stopChild(child);
  return took;
}

async function measureIdle(): Promise<IdleRow[]> {
  const rows: IdleRow[] = [];
  for (const start of [startBaseline, startBridge]) {
    const subject = await start(new Model());
    try {
      await delay(SETTLE_MS);
      const usage = await subject.usage();
      if (!usage) throw new Error(`${subject.name} does not tell its memory`);
      rows.push({ subject: subject.name, rss: usage.rss });
    } finally {
      await subject.stop();
    }
  }
  return rows;
}
