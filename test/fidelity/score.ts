import { isDeepStrictEqual } from "node:util";
import { matchName } from "../../src/polyfill/tools/name.ts";
import { readAnswer } from "../../src/polyfill/tools/read.ts";
import type { Sample } from "./corpus.ts";
import { TOOLS } from "./tools.ts";

export interface Score {
  readonly samples: number;
  /** Samples whose calls were all read as meant, and no others. */
  readonly recovered: number;
  /** Calls that were read where none, or another, was meant. */
  readonly falseCalls: number;
  /** Samples whose text is not what it was. */
  readonly textDamaged: number;
  /** Samples with markup of ours in their text. */
  readonly leaked: number;
  readonly failures: readonly Sample[];
}

const NAMES = TOOLS.map(({ name }) => name);

export function score(samples: readonly Sample[]): Score {
  let [recovered, falseCalls, textDamaged, leaked] = [0, 0, 0, 0];
  const failures: Sample[] = [];
  for (const sample of samples) {
    const pieces = readAnswer(sample.answer, (name) => NAMES.includes(name));
    const calls = pieces.flatMap((piece) =>
      piece.type === "call"
        ? [{ name: matchName(piece.call.name, NAMES) ?? piece.call.name, input: piece.call.input }]
        : [],
    );
    const text = pieces.map((piece) => (piece.type === "text" ? piece.text : "")).join("");
    const same = isDeepStrictEqual(calls, sample.calls);
    if (same) recovered += 1;
    else failures.push(sample);
    falseCalls += calls.filter(
      (call) => !sample.calls.some((meant) => isDeepStrictEqual(call, meant)),
    ).length;
    if (text !== sample.text) {
      textDamaged += 1;
      if (same) failures.push(sample);
    }
    if (sample.group !== "innocent" && /<\/?\|?tool_call|<function|<invoke|TOOL_CALLS/.test(text))
      leaked += 1;
  }
  return { samples: samples.length, recovered, falseCalls, textDamaged, leaked, failures };
}
