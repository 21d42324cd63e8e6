import type { DeltasRow } from "./deltas.ts";
import type { LatencyRow } from "./latency.ts";
import type { MemoryRow } from "./memory.ts";
import type { PromptsRow } from "./prompts.ts";
import type { ToolsRow } from "./tools.ts";
import type { WayRow } from "./ways.ts";

export interface Results {
  readonly latency: LatencyRow[];
  readonly deltas: DeltasRow[];
  readonly prompts: PromptsRow[];
  readonly memory: MemoryRow[];
  readonly tools: ToolsRow[];
  readonly ways: WayRow[];
}

/** One promise, and what was measured of it: its worst case where it has several. */
export interface Aim {
  readonly aim: string;
  readonly measured: string;
  readonly met: boolean;
}

export function judge(results: Results): Aim[] {
  return [...latencyAims(results.latency), ...costAims(results), ...hopAims(results.ways)];
}

function hopAims(rows: readonly WayRow[]): Aim[] {
  return rows
    .filter(({ way, callers }) => way === "through a follower" && callers === 1)
    .map((row) => {
      const added = row.p50Ms.median - reference(rows, row).p50Ms.median;
      return aim("under 1 ms p50 added by a follower (1 caller)", added, "ms", added < 1);
    });
}

/** The first way of a row's group, with as many callers. */
export function reference(rows: readonly WayRow[], row: WayRow): WayRow {
  return rows.find(({ group, callers }) => group === row.group && callers === row.callers) ?? row;
}

function latencyAims(rows: readonly LatencyRow[]): Aim[] {
  const aims: Aim[] = [];
  for (const row of rows.filter(({ subject }) => subject === "bridge")) {
    const base = rows.find((other) => other.subject === "baseline" && sameCell(row, other));
    if (!base) continue;
    const cell = `${row.stream ? "stream" : "JSON"}, ${kb(row.promptBytes)}, ${load(row)}`;
    if (row.concurrency === 16) {
      const ratio = row.p50Ms.median / base.p50Ms.median;
      aims.push(aim(`p50 at 16 at most 2 x the baseline (${cell})`, ratio, "x", ratio <= 2));
      const p99 = row.p99Ms.median;
      aims.push(aim(`p99 at 16 under 5 ms (${cell})`, p99, "ms", p99 < 5));
    }
    if (row.concurrency === 64 && row.thinkMs === 0) {
      const share = row.perSecond.median / base.perSecond.median;
      aims.push(aim(`throughput at 64 at least 0.5 x the baseline (${cell})`, share, "x", share >= 0.5));
    }
  }
  return aims;
}

function costAims({ deltas, prompts, memory, tools }: Results): Aim[] {
  const aims: Aim[] = [];
  for (const { what, time } of tools.filter((row) => row.what.includes("1000 kB"))) {
    aims.push(aim(`under 100 ms (${what})`, time.median, "ms", time.median < 100));
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
