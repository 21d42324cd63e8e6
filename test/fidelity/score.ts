import { isDeepStrictEqual } from "node:util";
import { SchemaChecker } from "../../src/polyfill/tools/check.ts";
import { readTurn } from "../../src/polyfill/tools/reading.ts";
import type { Sample } from "./corpus.ts";
import { TOOLS } from "./tools.ts";

export interface Failure extends Sample {
  readonly read: { readonly text: string; readonly calls: readonly unknown[]; readonly problem?: string };
}

export interface Score {
  readonly samples: number;
  /** Samples whose calls were all read as meant, and no others; or that were found unclear where they are. */
  readonly recovered: number;
  /** Calls that were read where none, or another, was meant. */
  readonly falseCalls: number;
  /** Samples whose text is not what it was. */
  readonly textDamaged: number;
  /** Samples with markup of ours in their text. */
  readonly leaked: number;
  readonly failures: readonly Failure[];
}

const MARKUP =
  /<\/?[|｜]?\/?(?:antml:)?(?:tool[-_▁ ]?calls?\b|function[-_]?calls?\b|function=|invoke\b|tool[-_]response)|\[TOOL_CALLS\]/i;
const ASKED = { tools: TOOLS, toolChoice: { type: "auto" }, parallelToolCalls: true } as const;

const checker = new SchemaChecker();

export function score(samples: readonly Sample[]): Score {
  let [recovered, falseCalls, textDamaged, leaked] = [0, 0, 0, 0];
  const failures: Failure[] = [];
  for (const sample of samples) {
    const { text, calls, problem } = readTurn(sample.answer, ASKED, { unified: "end" }, checker);
    const clear = (problem === undefined) === (sample.group !== "unclear");
    const same = clear && isDeepStrictEqual(calls, sample.calls);
    const damaged = text !== sample.text;
    if (same) recovered += 1;
    if (damaged) textDamaged += 1;
    falseCalls += calls.filter(
      (call) => !sample.calls.some((meant) => isDeepStrictEqual(call, meant)),
    ).length;
    if (MARKUP.test(text) && !MARKUP.test(sample.text)) leaked += 1;
    if (!same || damaged) {
      failures.push({ ...sample, read: { text, calls, ...(problem !== undefined && { problem }) } });
    }
  }
  return { samples: samples.length, recovered, falseCalls, textDamaged, leaked, failures };
}
