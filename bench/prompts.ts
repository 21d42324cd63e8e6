import { Caller } from "./caller.ts";
import { chatBody } from "./client.ts";
import type { Model } from "./model.ts";
import { type Figure, figure, takeTurns } from "./rounds.ts";
import { growthExponent, slope } from "./stats.ts";
import type { Subject } from "./subject.ts";
import { words } from "./text.ts";

/** CPU of a server for prompts of rising size, one request at a time. */
export interface PromptsRow {
  readonly subject: string;
  /** Marginal CPU of one more kB of prompt, in microseconds. */
  readonly cpuMicrosPerKb: number;
  /** 1 is linear. */
  readonly growth: number;
  readonly points: readonly { readonly promptBytes: number; readonly cpuMicros: Figure }[];
}

/** Prompts of several sizes, each repeated until it has brought `bytesPerRound` a round. */
export interface PromptsLot {
  readonly sizes: readonly number[];
  readonly bytesPerRound: number;
}

export async function measurePrompts(
  subjects: readonly Subject[],
  model: Model,
  { sizes, bytesPerRound }: PromptsLot,
  rounds: number,
): Promise<PromptsRow[]> {
  model.text = words(20);
  const rows = new Map<string, { promptBytes: number; cpuMicros: Figure }[]>();
  for (const promptBytes of sizes) {
    const times = Math.ceil(bytesPerRound / promptBytes);
    const measured = await takeTurns(subjects, rounds + 1, (subject) =>
      cpuOfOne(subject, promptBytes, times),
    );
    for (const [subject, [_warmUp, ...samples]] of Object.entries(measured)) {
      rows.set(subject, [...(rows.get(subject) ?? []), { promptBytes, cpuMicros: figure(samples) }]);
    }
  }
  return [...rows].map(([subject, points]) => {
    const line = points.map((at) => [at.promptBytes, at.cpuMicros.median] as const);
    return { subject, cpuMicrosPerKb: slope(line) * 1_000, growth: growthExponent(line), points };
  });
}

async function cpuOfOne(subject: Subject, promptBytes: number, times: number): Promise<number> {
  const caller = await Caller.connect(subject.port, chatBody(0, promptBytes, true));
  await caller.call();
  const before = await subject.usage();
  for (let time = 0; time < times; time += 1) await caller.call();
  const after = await subject.usage();
  caller.close();
  if (!before || !after) throw new Error(`${subject.name} does not tell its CPU time`);
  return (after.cpuMicros - before.cpuMicros) / times;
}
