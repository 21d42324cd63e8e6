import { Caller } from "./caller.ts";
import { chatBody, read } from "./client.ts";
import type { Model } from "./model.ts";
import { type Figure, figure, takeTurns } from "./rounds.ts";
import { growthExponent, slope } from "./stats.ts";
import type { Subject } from "./subject.ts";
import { words } from "./text.ts";

/** Answers of `counts` words, each length repeated until it has brought `perRound` words a round. */
export interface DeltasLot {
  /** The unit in which a whole answer is replayed; `host`: the host itself sends word after word. */
  readonly unit: "word" | "char" | "host";
  readonly path: string;
  readonly counts: readonly number[];
  readonly perRound: number;
}

/** CPU of a server for answers of rising length. */
export interface DeltasRow extends Pick<DeltasLot, "unit" | "path"> {
  readonly subject: string;
  /** Marginal CPU of one more delta, in microseconds. */
  readonly cpuMicrosPerDelta: Figure;
  /** 1 is linear. */
  readonly growth: number;
  readonly points: readonly DeltasPoint[];
}

interface DeltasPoint {
  readonly deltas: number;
  readonly cpuMicros: Figure;
}

interface Sample {
  readonly deltas: number;
  readonly cpuMicros: number;
}

export async function measureDeltas(
  subjects: readonly Subject[],
  model: Model,
  lot: DeltasLot,
  rounds: number,
): Promise<DeltasRow[]> {
  const { unit, path, counts, perRound } = lot;
  const all = await takeTurns(subjects, rounds + 1, async (subject) => {
    const samples: Sample[] = [];
    for (const count of counts) {
      model.text = words(count);
      samples.push(await stream(subject, lot, model.text, Math.ceil(perRound / count)));
    }
    return samples;
  });
  return Object.entries(all).map(([subject, [_warmUp, ...rows]]) => {
    const points = counts.map((_, index) => point(rows.map((row) => row[index] as Sample)));
    return {
      subject,
      unit,
      path,
      cpuMicrosPerDelta: figure(rows.map((row) => slope(row.map((at) => [at.deltas, at.cpuMicros])))),
      growth: growthExponent(points.map((at) => [at.deltas, at.cpuMicros.median])),
      points,
    };
  });
}

/** Streams the same answer `times` times, one after the other, and checks once that it is the model's. */
async function stream(
  subject: Subject,
  { unit, path }: DeltasLot,
  expected: string,
  times: number,
): Promise<Sample> {
  const body = chatBody(0, 100, true);
  const headers: Record<string, string> = unit === "host" ? {} : { "x-mcp-stream-unit": unit };
  const { text, pieces: arrived } = await read(subject.port, body, path, headers);
  if (text !== expected) throw new Error(`${subject.name} altered the answer`);
  const caller = await Caller.connect(subject.port, body, path, headers);
  const before = await subject.usage();
  for (let time = 0; time < times; time += 1) await caller.call();
  const after = await subject.usage();
  caller.close();
  if (!before || !after) throw new Error(`${subject.name} does not tell its CPU time`);
  // What a host sends word by word may arrive in fewer pieces; what is weighed is what it sent.
  const deltas = unit === "host" ? expected.split(" ").length : arrived;
  return { deltas, cpuMicros: (after.cpuMicros - before.cpuMicros) / times };
}

function point(samples: readonly Sample[]): DeltasPoint {
  const deltas = samples[0]?.deltas ?? Number.NaN;
  return { deltas, cpuMicros: figure(samples.map(({ cpuMicros }) => cpuMicros)) };
}
