import { type Outcome, load } from "./load.ts";
import type { Model } from "./model.ts";
import { type Figure, figure, takeTurns } from "./rounds.ts";
import type { Subject } from "./subject.ts";
import { words } from "./text.ts";

/** One cell of the grid: what one subject adds at one size, concurrency and way of answering. */
export interface LatencyRow {
  readonly subject: string;
  readonly stream: boolean;
  readonly promptBytes: number;
  readonly concurrency: number;
  readonly thinkMs: number;
  readonly p50Ms: Figure;
  readonly p99Ms: Figure;
  readonly perSecond: Figure;
  readonly cpuMicros: Figure | undefined;
}

export interface LatencyCell {
  readonly stream: boolean;
  readonly promptBytes: number;
  readonly concurrency: number;
  /** Mean thinking time of the model; 0 drives the servers to their limit. */
  readonly thinkMs: number;
  /** How long a round lasts. */
  readonly seconds: number;
}

export async function measureLatency(
  subjects: readonly Subject[],
  model: Model,
  cells: readonly LatencyCell[],
  rounds: number,
): Promise<LatencyRow[]> {
  model.text = words(20);
  const rows: LatencyRow[] = [];
  for (const cell of cells) {
    model.thinkMs = cell.thinkMs;
    const outcomes = await takeTurns(subjects, rounds, (subject) => load(subject, model, cell));
    for (const [subject, measured] of Object.entries(outcomes)) rows.push(row(subject, cell, measured));
  }
  model.thinkMs = 0;
  return rows;
}

function row(subject: string, cell: LatencyCell, measured: readonly Outcome[]): LatencyRow {
  const cpu = measured.flatMap(({ cpuMicros }) => (cpuMicros === undefined ? [] : [cpuMicros]));
  return {
    subject,
    ...cell,
    p50Ms: figure(measured.map(({ p50 }) => p50)),
    p99Ms: figure(measured.map(({ p99 }) => p99)),
    perSecond: figure(measured.map(({ perSecond }) => perSecond)),
    cpuMicros: cpu.length > 0 ? figure(cpu) : undefined,
  };
}
