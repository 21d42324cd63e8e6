/**
 * Tool calls for hosts whose sampling does not support them: the tools are described in the prompt, calls are read
 * from the text of the answer and checked, and a fault is sent back to the model once.
 */
import { randomUUID } from "node:crypto";
import { BridgeError } from "../../turn/error.ts";
import type { StopReason, TurnEvent, TurnEvents } from "../../turn/event.ts";
import { textOf, type Message } from "../../turn/message.ts";
import type { TurnRequest } from "../../turn/request.ts";
import { inTurns } from "../../util/steps.ts";
import type { Polyfill, Run } from "../polyfill.ts";
import { askAgain } from "../retry.ts";
import type { CheckValues } from "../schema-checker/checker.ts";
import { BlockWriter, inBlocks } from "./blocks.ts";
import { escapeTogether, unescapeMarkup } from "./escape.ts";
import { Gate } from "./gate.ts";
import { renderHistory } from "./history.ts";
import { toolPrompt } from "./prompt.ts";
import { readTurn, type Call, type CheckAll } from "./reading.ts";

/** Longest answer, in characters, in which calls are searched. */
const LONGEST = 1_048_576;
const CALLS: StopReason = { unified: "tool-calls" };

/** Supplies tools to a host without them. The markup of channels is removed, with tools or without. */
export function supplyTools(check: CheckValues): Polyfill {
  return (next) => (request, signal) => {
    const involved = request.tools.length > 0 || request.messages.some(hasToolBlocks);
    return involved ? run(next, request, signal, check) : inBlocks(next(request, signal), false);
  };
}

function hasToolBlocks(message: Message): boolean {
  return message.parts.some((part) => part.type === "tool-call" || part.type === "tool-result");
}

async function* run(next: Run, request: TurnRequest, signal: AbortSignal, check: CheckValues): TurnEvents {
  const prompt = await inTurns(
    toolPrompt({ tools: request.tools, choice: request.toolChoice, parallel: request.parallelToolCalls }),
  );
  const words = await inTurns(escapeTogether(request.system.map((part) => part.text)));
  const system = request.system.map((part, index) => ({ ...part, text: words[index] ?? part.text }));
  const rendered: TurnRequest = {
    ...request,
    tools: [],
    system: prompt === "" ? system : [...system, { type: "text", text: prompt }],
    messages: await inTurns(renderHistory(request.messages)),
  };
  const checkAll: CheckAll = (asked) => check(asked, signal);
  const gate = new Gate();
  const text = new BlockWriter("text");
  let whole = "";
  let end: Extract<TurnEvent, { type: "turn-end" }> | undefined;
  const inBounds: Run = (asked, aborted) => bounded(inBlocks(next(asked, aborted), true));
  for await (const event of inBounds(rendered, signal)) {
    if (event.type === "text-delta") {
      whole += event.text;
      yield* text.write("text", gate.push(event.text));
    } else if (event.type === "turn-end") end = event;
    else if (event.type !== "text-start" && event.type !== "text-end") {
      if (event.type === "reasoning-start") yield* text.close();
      yield event;
    }
  }
  if (end === undefined) return;

  // Without tools a model may still imitate the calls of the history: these are neither made nor shown.
  const callable = prompt !== "";
  const asked: TurnRequest = callable ? request : { ...request, tools: [], toolChoice: { type: "none" } };
  const reading = await readTurn(whole, asked, end.stopReason, checkAll);
  yield* text.write("text", (await inTurns(unescapeMarkup(reading.text))).slice(gate.passed));
  yield* text.close();
  if (reading.problem === undefined || !callable) {
    yield* callEvents(reading.calls);
    yield reading.calls.length > 0 ? { ...end, stopReason: CALLS } : end;
    return;
  }
  const correction = `Your last answer cannot be used: ${reading.problem}. Write the corrected <tool_call> block or blocks now, and nothing else.`;
  const rejected = { request: rendered, text: whole, correction, usage: end.usage };
  const { parts, stopReason, usage } = yield* askAgain(inBounds, rejected, signal);
  const { problem, calls } = await readTurn(textOf(parts), request, stopReason, checkAll);
  if (problem !== undefined || calls.length === 0) {
    throw new BridgeError(
      "host_failed",
      `The model's tool call is not valid, even after one correction: ${problem ?? "it made no call"}.`,
    );
  }
  yield* callEvents(calls);
  yield { ...end, stopReason: CALLS, usage };
}

/** @throws BridgeError `host_failed`: searching such a text would delay other requests, and no model writes so much. */
async function* bounded(events: TurnEvents): TurnEvents {
  let size = 0;
  for await (const event of events) {
    if (event.type === "text-delta") size += event.text.length;
    if (size > LONGEST) {
      throw new BridgeError(
        "host_failed",
        "The model's answer is too long to look for calls of tools in it.",
      );
    }
    yield event;
  }
}

function* callEvents(calls: readonly Call[]): Generator<TurnEvent> {
  for (const [index, call] of calls.entries()) {
    const id = `call-${index}`;
    yield {
      type: "tool-call-start",
      id,
      callId: `call_${randomUUID().replaceAll("-", "")}`,
      name: call.name,
    };
    yield { type: "tool-call-delta", id, json: JSON.stringify(call.input) };
    yield { type: "tool-call-end", id };
  }
}
