/**
 * Answers of models with the calls that were meant. Generated: every family of forms with one to three calls and text before
 * them, and every slip with every kind of call it can happen to. The generator is deterministic.
 */
import { byHand } from "./by-hand/index.ts";
import { DAMAGES } from "./damage.ts";
import { FAMILIES } from "./families.ts";
import { INNOCENT, shown } from "./innocent.ts";
import { Random } from "./random.ts";
import { PROSE, randomCall, type PlainCall } from "./values.ts";

export const GROUPS = ["well-formed", "other form", "damaged", "innocent", "unclear"] as const;

export interface Sample {
  /** The family or the slip. */
  readonly kind: string;
  /** Of `unclear` answers no call can be known: the model has to be asked again. */
  readonly group: (typeof GROUPS)[number];
  readonly answer: string;
  readonly text: string;
  readonly calls: readonly PlainCall[];
  /** What the model thought, where its form tells that apart. */
  readonly reasoning?: string;
}

const PER_FAMILY = 40;
const PER_DAMAGE = 25;

export function corpus(seed = 1): Sample[] {
  const random = new Random(seed);
  const samples: Sample[] = [];
  for (const family of FAMILIES) {
    for (let count = 0; count < PER_FAMILY; count += 1) {
      const calls = Array.from({ length: family.single === true ? 1 : 1 + random.below(3) }, () =>
        family.call(random),
      );
      const text = family.alone === true || random.below(3) === 0 ? "" : random.pick(PROSE);
      const { frame } = family;
      const answer = frame?.(text, calls) ?? `${text}${text === "" ? "" : "\n\n"}${family.write(calls)}`;
      samples.push({
        ...(family.reasoning !== undefined && { reasoning: family.reasoning }),
        kind: family.name,
        group: family.wellFormed ? "well-formed" : "other form",
        answer,
        text,
        calls,
      });
    }
  }
  for (const damage of DAMAGES) {
    for (let count = 0; count < PER_DAMAGE; count += 1) {
      const call = firstFitting(() => randomCall(random), damage.applies);
      const text = random.pick(PROSE);
      samples.push({
        kind: damage.name,
        group: "damaged",
        answer: `${text}\n${damage.write(call)}`,
        text,
        calls: [call],
      });
    }
  }
  for (const answer of [...INNOCENT, ...FAMILIES.flatMap(shown)])
    samples.push({ kind: "innocent", group: "innocent", answer, text: answer, calls: [] });
  return [...samples, ...byHand];
}

function firstFitting(make: () => PlainCall, fits: (call: PlainCall) => boolean): PlainCall {
  for (let tries = 0; tries < 10_000; tries += 1) {
    const call = make();
    if (fits(call)) return call;
  }
  throw new Error("No call fits this slip.");
}
