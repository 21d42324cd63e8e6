import { describe, expect, test } from "vitest";
import { corpus, GROUPS } from "./corpus.ts";
import { score } from "./score.ts";

const samples = corpus();
/** Thousands of answers by the character take their time on a busy machine. */
const TIMEOUT_MS = 120_000;

describe("the corpus", () => {
  test("holds at least 1,000 answers and is the same each time", () => {
    expect(samples.length).toBeGreaterThanOrEqual(1000);
    expect(corpus()).toEqual(samples);
  });

  describe.each([Infinity, 1, 3, 17])("in pieces of %s characters", (size) => {
    // Of the generated answers each family has forty: ten of them in pieces are enough.
    const some = samples.filter(
      ({ kind }, index) => size === Infinity || kind.startsWith("by hand") || index % 4 === size % 4,
    );
    test.each(GROUPS)(
      "%s answers",
      async (group) => {
        const answers = some.filter((sample) => sample.group === group);
        const { failures, samples: count, ...counts } = await score(answers, size);
        expect(counts, JSON.stringify(failures.slice(0, 3), null, 1)).toEqual({
          recovered: count,
          falseCalls: 0,
          textDamaged: 0,
          leaked: 0,
        });
      },
      TIMEOUT_MS,
    );
  });

  test(
    "answers cut anywhere give no call that was not meant",
    async () => {
      for (const sample of samples.filter(({ group }) => group === "well-formed")) {
        for (const share of [0.3, 0.6, 0.9]) {
          const answer = sample.answer.slice(0, Math.floor(sample.answer.length * share));
          const { falseCalls } = await score([{ ...sample, answer }]);
          expect(falseCalls, answer).toBe(0);
        }
      }
    },
    TIMEOUT_MS,
  );
});
