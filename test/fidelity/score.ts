import { isDeepStrictEqual } from "node:util";
import { SchemaChecker } from "../../src/polyfill/schema-checker/checker.ts";
import { supplyTools } from "../../src/polyfill/tools/supply.ts";
import type { TurnEvent } from "../../src/turn/event.ts";
import { turnRequest } from "../support/data/turn-request.ts";
import type { Sample } from "./corpus.ts";
import { TOOLS } from "./tools.ts";

/** What a client gets of an answer. */
interface Got {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly unknown[];
  /** The error, where a call could not be read even when the model was asked again. */
  readonly problem?: string;
}

export interface Failure extends Sample {
  readonly read: Got;
}

export interface Score {
  readonly samples: number;
  /** Samples whose calls were all read as meant, and no others; or that were found unclear where they are. */
  readonly recovered: number;
  /** Calls that were read where none, or another, was meant. */
  readonly falseCalls: number;
  /** Samples whose text or reasoning is not what it was. */
  readonly textDamaged: number;
  /** Samples with markup of ours in their text. */
  readonly leaked: number;
  readonly failures: readonly Failure[];
}

const MARKUP =
  /<[/|｜‖]*(?:DSML[|｜‖]+)?(?:[a-z]+:)?(?:tool[-_▁ ]?calls?\b|function[-_]?calls?\b|function=|invoke\b|tool[-_]response|start_function|channel\b|call\|>|message\|)|\[TOOL_CALLS\]|\]<\]minimax|call:\w+\{/i;

/** @param size of the pieces in which the host's answer comes. */
export async function score(samples: readonly Sample[], size = Infinity): Promise<Score> {
  let [recovered, falseCalls, textDamaged, leaked] = [0, 0, 0, 0];
  const failures: Failure[] = [];
  for (const sample of samples) {
    const read = await answered(sample.answer, size);
    const { text, reasoning, calls, problem } = read;
    const clear = (problem === undefined) === (sample.group !== "unclear");
    const same = clear && isDeepStrictEqual(calls, sample.calls);
    const damaged = text !== sample.text || reasoning !== (sample.reasoning ?? "");
    if (same) recovered += 1;
    if (damaged) textDamaged += 1;
    falseCalls += calls.filter(
      (call) => !sample.calls.some((meant) => isDeepStrictEqual(call, meant)),
    ).length;
    if (MARKUP.test(text) && !MARKUP.test(sample.text)) leaked += 1;
    if (!same || damaged) failures.push({ ...sample, read });
  }
  return { samples: samples.length, recovered, falseCalls, textDamaged, leaked, failures };
}

const check = new SchemaChecker().checkFor("fidelity");

/** What a client gets when the host answers so, and so again when it is asked again. */
async function answered(answer: string, size: number): Promise<Got> {
  const supply = supplyTools(check);
  async function* host(): AsyncGenerator<TurnEvent> {
    yield { type: "turn-start", model: "m" };
    yield { type: "text-start", id: "t" };
    for (let at = 0; at < answer.length; at += size) {
      yield { type: "text-delta", id: "t", text: answer.slice(at, at + size) };
    }
    yield { type: "text-end", id: "t" };
    yield { type: "turn-end", stopReason: { unified: "end" }, usage: { estimated: false } };
  }
  let [text, reasoning, name] = ["", "", ""];
  const calls: unknown[] = [];
  try {
    const events = supply(host)(turnRequest({ tools: TOOLS }), new AbortController().signal);
    for await (const event of events) {
      if (event.type === "text-delta") text += event.text;
      if (event.type === "reasoning-delta") reasoning += event.text;
      if (event.type === "tool-call-start") ({ name } = event);
      if (event.type === "tool-call-delta") calls.push({ name, input: JSON.parse(event.json) });
    }
    return { text, reasoning, calls };
  } catch (error) {
    return { text, reasoning, calls, problem: error instanceof Error ? error.message : String(error) };
  }
}
