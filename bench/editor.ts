/** The extension in a real VS Code, beside the barest way to the same model in the same process. */
import { execFile } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { stage } from "../scripts/extension.mjs";
import { install } from "../test/e2e/vscode/support/install.ts";
import { startVsCode, type VsCode } from "../test/e2e/vscode/support/vscode.ts";
import { offlinePrefix } from "../test/support/processes/offline.ts";
import { Caller } from "./caller.ts";
import { CHAT, post } from "./client.ts";
import { load } from "./load.ts";
import { Model } from "./model.ts";
import { type Figure, figure, takeTurns } from "./rounds.ts";
import { freePort, listening, type Subject, type Usage } from "./subject.ts";

export interface EditorLot {
  readonly warmUpRequests: number;
  readonly rounds: number;
  readonly seconds: number;
  readonly deltas: number;
  readonly turns: number;
}

export interface EditorRow {
  readonly subject: string;
  /** To the first character of an answer that the model gives at once. */
  readonly firstMs: Figure;
  /** Whole answers with 16 callers. */
  readonly perSecond: Figure;
  /** Of one answer in very many parts. */
  readonly deltasPerSecond: Figure;
}

export interface Editor {
  readonly rows: readonly EditorRow[];
  readonly activationMs: number;
  /** That the activation has added. */
  readonly activationRss: number;
  /** Of the extension host's event loop while 16 streams run. */
  readonly loopP99Ms: number;
  /** From the client's leaving to the provider's knowing. */
  readonly cancelMs: Figure;
  /** From the end of the leading window's process to the other window's readiness. */
  readonly takeOverMs: number;
  /** Of the heap, over the turns. */
  readonly growth: number;
}

const CALLERS = 16;

/** The model is asked in the editor and takes no time of its own. */
class Instant extends Model {
  override kept(): number {
    return 0;
  }
}

/** Installs VS Code if need be; neither it nor its browser reaches anyone. @throws Error where that cannot be seen to. */
export async function measureEditorOffline(lot: EditorLot): Promise<Editor> {
  await install();
  const prefix = offlinePrefix();
  if (prefix === undefined) throw new Error("No network namespace can be made here for VS Code.");
  const main = fileURLToPath(new URL("editor-main.ts", import.meta.url));
  const [command, ...args] = [...prefix, process.execPath, ...process.execArgv, main] as const;
  const { stdout } = await promisify(execFile)(command, [...args, JSON.stringify(lot)]);
  return JSON.parse(stdout) as Editor;
}

export async function measureEditor(lot: EditorLot): Promise<Editor> {
  const [own, bare] = [await freePort(), await freePort()];
  const folder = await stage(fileURLToPath(new URL("../extension/out", import.meta.url)));
  const vscode = await startVsCode({
    extensions: [folder, fileURLToPath(new URL("editor", import.meta.url))],
    machine: { "mcpTokenBridge.port": own, "mcpTokenBridge.logLevel": "warn" },
    env: { MCPTB_BENCH_PORT: String(bare) },
  });
  try {
    await vscode.open(workspace(vscode, "first"));
    await Promise.all([own, bare].map(listening));
    return await measure(vscode, { own, bare }, lot);
  } finally {
    await vscode.stop();
  }
}

async function measure(
  vscode: VsCode,
  { own, bare }: { readonly own: number; readonly bare: number },
  lot: EditorLot,
): Promise<Editor> {
  const ask = async <Told>(what: string): Promise<Told> =>
    (await (await fetch(`http://127.0.0.1:${bare}/${what}`)).json()) as Told;
  const subject = (name: string, port: number): Subject => ({
    name,
    port,
    usage: (collect) => ask<Usage>(collect === true ? "usage?collect" : "usage"),
    stop: () => Promise.resolve(),
  });
  const subjects = [subject("baseline", bare), subject("extension", own)];
  const model = new Instant();
  const { ms: activationMs, rss: activationRss, pid } = await ask<Activation>("activation");

  const few = { promptBytes: 100, seconds: lot.seconds };
  for (const each of subjects) {
    for (let sent = 0; sent < lot.warmUpRequests;) {
      for (const stream of [true, false])
        sent += (await load(each, model, { ...few, concurrency: CALLERS, stream })).requests;
    }
  }
  const first = await takeTurns(
    subjects,
    lot.rounds,
    async (each) => (await load(each, model, { ...few, concurrency: 1, stream: true })).p50,
  );
  const rate = await takeTurns(
    subjects,
    lot.rounds,
    async (each) => (await load(each, model, { ...few, concurrency: CALLERS, stream: false })).perSecond,
  );
  const deltas = await takeTurns(subjects, lot.rounds, (each) => deltasOf(each.port, lot.deltas));
  const rows = subjects.map(({ name }) => ({
    subject: name,
    firstMs: figure(first[name] ?? []),
    perSecond: figure(rate[name] ?? []),
    deltasPerSecond: figure(deltas[name] ?? []),
  }));

  await ask("loop");
  const streams = await Promise.all(
    Array.from({ length: CALLERS }, () => Caller.connect(own, body("deltas=60 gap=50", true))),
  );
  await Promise.all(streams.map((caller) => caller.call()));
  for (const caller of streams) caller.close();
  const { p99: loopP99Ms } = await ask<{ p99: number }>("loop");

  const cancels: number[] = [];
  for (let turn = 0; turn < 20; turn += 1) cancels.push(await cancel(own, ask));

  return {
    rows,
    activationMs,
    activationRss,
    loopP99Ms,
    cancelMs: figure(cancels),
    growth: await growth(subjects, model, lot.turns),
    takeOverMs: await takeOver(vscode, own, pid),
  };
}

interface Activation {
  readonly ms: number;
  readonly rss: number;
  readonly pid: number;
}

function workspace({ folder }: VsCode, name: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  return path;
}

function body(content: string, stream: boolean): Buffer {
  const messages = [{ role: "user", content }];
  return Buffer.from(JSON.stringify({ model: "bench-model", stream, messages }));
}

async function deltasOf(port: number, count: number): Promise<number> {
  const caller = await Caller.connect(port, body(`deltas=${count}`, true), CHAT);
  const { total } = await caller.call();
  caller.close();
  return count / (total / 1_000);
}

async function cancel(port: number, ask: <Told>(what: string) => Promise<Told>): Promise<number> {
  const { at: before } = await ask<{ at: number }>("cancelled");
  const response = await post(port, body("deltas=1000 gap=50", true));
  await new Promise((resolve) => response.once("data", resolve));
  const left = Date.now();
  response.destroy();
  for (;;) {
    const { at } = await ask<{ at: number }>("cancelled");
    if (at !== before) return at - left;
    await delay(5);
  }
}

/** How much more of the heap is used after very many turns than after some. */
async function growth([, extension]: readonly Subject[], model: Model, turns: number): Promise<number> {
  if (extension === undefined) return Number.NaN;
  const used = async (): Promise<number> => (await extension.usage(true))?.heapBytes ?? Number.NaN;
  const before = await used();
  const lot = { concurrency: CALLERS, promptBytes: 1_000, stream: true, seconds: 0.5 };
  for (let sent = 0; sent < turns;) sent += (await load(extension, model, lot)).requests;
  return (await used()) / before;
}

async function takeOver(vscode: VsCode, port: number, leader: number): Promise<number> {
  await vscode.open(workspace(vscode, "second"));
  const hosts = async (): Promise<number> => {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
    const told = (await answer?.json().catch(() => undefined)) as { hosts: unknown[] } | undefined;
    return told?.hosts.length ?? 0;
  };
  while ((await hosts()) !== 2) await delay(50);
  process.kill(leader, "SIGKILL");
  const began = performance.now();
  while ((await hosts()) === 0) await delay(5);
  return performance.now() - began;
}
