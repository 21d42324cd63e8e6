import type { DeltasRow } from "./deltas.ts";
import type { Editor } from "./editor.ts";
import type { Footprint } from "./footprint.ts";
import type { LatencyRow } from "./latency.ts";
import type { MemoryRow } from "./memory.ts";
import type { PromptsRow } from "./prompts.ts";
import type { ToolsRow } from "./tools.ts";
import { AGENT, DELTAS, FOLLOWER, type WayRow } from "./ways.ts";

export interface Results {
  readonly footprint: Footprint[];
  readonly latency: LatencyRow[];
  readonly deltas: DeltasRow[];
  readonly prompts: PromptsRow[];
  readonly memory: MemoryRow[];
  readonly tools: ToolsRow[];
  readonly ways: WayRow[];
  readonly editor: Editor[];
}

/** One promise, and what was measured of it: its worst case where it has several. */
export interface Aim {
  readonly aim: string;
  readonly measured: string;
  readonly met: boolean;
}

/** What a bare Node needs to start on the machine for which the aim was set, in milliseconds. */
const BARE_START_MS = 60;

export function judge(results: Results): Aim[] {
  return [
    ...results.footprint.flatMap(footprintAims),
    ...latencyAims(results.latency),
    ...wayAims(results.ways),
    ...costAims(results),
    ...results.editor.flatMap(editorAims),
  ];
}

function footprintAims({ size, starts, idle }: Footprint): Aim[] {
  const installed = (size.own + size.dependencies) / 1_000_000;
  const aims = [aim("installed size under 25 MB", installed, "MB", installed < 25)];
  const [bare] = starts;
  const bridge = starts.find(({ program }) => program === "bridge");
  if (bare && bridge) {
    const ratio = bridge.time.median / bare.time.median;
    const most = 200 / BARE_START_MS;
    const name = `start to the answer of initialize under ${most.toFixed(2)} x \`node -e 0\` (200 ms where that takes ${BARE_START_MS})`;
    aims.push(aim(name, ratio, "x", ratio < most));
  }
  const rss = (idle.find(({ subject }) => subject === "bridge")?.rss ?? Number.NaN) / 1_000_000;
  return [...aims, aim("resident memory, idle and listening, under 75 MB", rss, "MB", rss < 75)];
}

function latencyAims(rows: readonly LatencyRow[]): Aim[] {
  const aims: Aim[] = [];
  for (const row of rows.filter(({ subject }) => subject === "bridge")) {
    const base = rows.find((other) => other.subject === "baseline" && sameCell(row, other));
    if (!base) continue;
    const cell = `${row.stream ? "stream" : "JSON"}, ${kb(row.promptBytes)}, ${load(row)}`;
    if (row.concurrency === 16 && row.stream) {
      const ratio = row.p50Ms.median / base.p50Ms.median;
      aims.push(aim(`p50 at 16 callers at most 2 x the baseline (${cell})`, ratio, "x", ratio <= 2));
    }
    if (row.concurrency === 16 && row.thinkMs > 0) {
      const ratio = row.p99Ms.median / base.p99Ms.median;
      aims.push(aim(`p99 at 16 callers at most 1.3 x the baseline (${cell})`, ratio, "x", ratio <= 1.3));
    }
    if (row.concurrency === 64 && row.thinkMs === 0) {
      const share = row.perSecond.median / base.perSecond.median;
      const least = row.stream ? 0.5 : 0.4;
      aims.push(
        aim(
          `requests/s at 64 callers at least ${least} x the baseline (${cell})`,
          share,
          "x",
          share >= least,
        ),
      );
    }
  }
  return aims;
}

function wayAims(rows: readonly WayRow[]): Aim[] {
  return rows.flatMap((row) => {
    const base = reference(rows, row);
    if (base === row && row.group !== DELTAS) return [];
    const added = row.p50Ms.median - base.p50Ms.median;
    const ratio = row.p50Ms.median / base.p50Ms.median;
    const rate = row.perSecond.median;
    if (row.group === AGENT)
      return aim(`agent request at most 2 x a plain prompt (${row.way})`, ratio, "x", ratio <= 2);
    if (row.group === DELTAS) {
      return aim(`at least 10,000 deltas/s by our extension (${row.way})`, rate, "/s", rate >= 10_000);
    }
    if (row.group !== FOLLOWER) return [];
    const most = row.callers === 1 ? 1 : 3;
    return aim(
      `under ${most} ms p50 added by a second window (${row.callers} callers)`,
      added,
      "ms",
      added < most,
    );
  });
}

function editorAims(editor: Editor): Aim[] {
  const own = editor.rows.find(({ subject }) => subject === "extension");
  if (own === undefined) return [];
  const { firstMs, perSecond } = own;
  const { activationMs, loopP99Ms, cancelMs, takeOverMs, growth } = editor;
  const rss = editor.activationRss / 1_000_000;
  // What the strongest other extension took on this machine, in the same editor.
  return [
    aim("extension: first character at most 8 ms", firstMs.median, "ms", firstMs.median <= 8),
    aim(
      "extension: more than 307 whole answers/s at 16 callers",
      perSecond.median,
      "/s",
      perSecond.median > 307,
    ),
    aim("extension: activation under 300 ms", activationMs, "ms", activationMs < 300),
    aim("extension: event loop p99 under 50 ms at 16 streams", loopP99Ms, "ms", loopP99Ms < 50),
    aim("extension: at most 45 MB on top", rss, "MB", rss <= 45),
    aim(
      "extension: cancelled at the provider under 100 ms, median",
      cancelMs.median,
      "ms",
      cancelMs.median < 100,
    ),
    aim("extension: another window leads within 2 s", takeOverMs, "ms", takeOverMs < 2_000),
    aim("extension: the heap is the same after very many turns", growth, "x", growth < 1.1),
  ];
}

/** The first way of a row's group, with as many callers. */
export function reference(rows: readonly WayRow[], row: WayRow): WayRow {
  return rows.find(({ group, callers }) => group === row.group && callers === row.callers) ?? row;
}

function costAims({ deltas, prompts, memory, tools }: Results): Aim[] {
  const aims: Aim[] = [];
  for (const { what, time } of tools.filter((row) => row.what.includes("1000 kB"))) {
    aims.push(aim(`under 60 ms (${what})`, time.median, "ms", time.median < 60));
  }
  for (const { subject, unit, path, cpuMicrosPerDelta, growth } of deltas) {
    if (subject !== "bridge") continue;
    const cpu = cpuMicrosPerDelta.median;
    aims.push(aim(`CPU per delta under 5 µs (${unit}, ${path})`, cpu, "µs", cpu < 5));
    aims.push(aim(`linear in the number of deltas (${unit}, ${path})`, growth, "exponent", growth < 1.1));
  }
  for (const { subject, growth } of prompts) {
    if (subject === "bridge") {
      aims.push(aim("linear in the size of the prompt", growth, "exponent", growth < 1.1));
    }
  }
  // A longer prompt is held while its stream waits, and comes on top.
  for (const { subject, streams, promptBytes, rssPerStream } of memory) {
    if (subject !== "bridge" || promptBytes > 1_000) continue;
    const kilobytes = rssPerStream / 1_000;
    const name = `memory per waiting stream under 50 kB (${streams} streams, ${kb(promptBytes)})`;
    aims.push(aim(name, kilobytes, "kB", kilobytes < 50));
  }
  return aims;
}

function aim(text: string, value: number, unit: string, met: boolean): Aim {
  return { aim: text, measured: `${value.toPrecision(3)} ${unit}`, met };
}

export function sameCell(one: LatencyRow, other: LatencyRow): boolean {
  return (
    one.stream === other.stream &&
    one.promptBytes === other.promptBytes &&
    one.concurrency === other.concurrency &&
    one.thinkMs === other.thinkMs
  );
}

export const kb = (bytes: number): string => (bytes < 1_000 ? `${bytes} B` : `${bytes / 1_000} kB`);
export const load = ({ thinkMs }: LatencyRow): string =>
  thinkMs === 0 ? "saturated" : `paced ${thinkMs} ms`;
