/**
 * Tool calls for hosts whose sampling has none: the tools are described in the prompt, calls are read back out of
 * the answer and checked, and what is wrong goes back to the model once.
 */
import { randomUUID } from "node:crypto";
import { BridgeError } from "../../turn/error.ts";
import type { StopReason, TurnEvent, TurnEvents } from "../../turn/event.ts";
import type { Message } from "../../turn/message.ts";
import type { TurnRequest } from "../../turn/request.ts";
import { inTurns } from "../../util/steps.ts";
import type { Polyfill, Run } from "../polyfill.ts";
import type { CheckValues } from "../schema-checker/checker.ts";
import { BlockWriter, inBlocks } from "./blocks.ts";
import { escapeTogether, unescapeMarkup } from "./escape.ts";
import { Gate } from "./gate.ts";
import { renderHistory } from "./history.ts";
import { toolPrompt } from "./prompt.ts";
import { readTurn, type Call, type CheckAll } from "./reading.ts";

/** Characters of an answer in which calls are looked for. */
const LONGEST = 1_048_576;

/** Supplies tools to a host without them. The markup of channels reaches no client, with tools or without. */
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
  for await (const event of inBlocks(next(rendered, signal), true)) {
    if (event.type === "text-delta") {
      whole = longer(whole, event.text);
      yield* text.write("text", gate.push(event.text));
    } else if (event.type === "turn-end") end = event;
    else if (event.type !== "text-start" && event.type !== "text-end") {
      if (event.type === "reasoning-start") yield* text.close();
      yield event;
    }
  }
  if (end === undefined) return;

  // Without a tool to call a model may still imitate the calls of the history: they are neither made nor shown.
  const callable = prompt !== "";
  const asked: TurnRequest = callable ? request : { ...request, tools: [], toolChoice: { type: "none" } };
  const reading = await readTurn(whole, asked, end.stopReason, checkAll);
  yield* text.write("text", unescapeMarkup(reading.text).slice(gate.passed));
  yield* text.close();
  const calls =
    reading.problem === undefined || !callable
      ? reading.calls
      : await repair(next, rendered, signal, { whole, problem: reading.problem, request, checkAll });
  yield* callEvents(calls);
  const stopReason: StopReason = calls.length > 0 ? { unified: "tool-calls" } : end.stopReason;
  yield { ...end, stopReason };
}

/** @throws BridgeError `host_failed`: looking for calls holds up others, and no model writes that much. */
function longer(whole: string, more: string): string {
  if (whole.length + more.length <= LONGEST) return whole + more;
  throw new BridgeError("host_failed", "The model's answer is too long to look for calls of tools in it.");
}

interface Failed {
  /** The answer as the model wrote it. */
  readonly whole: string;
  readonly problem: string;
  readonly request: TurnRequest;
  readonly checkAll: CheckAll;
}

/** Shows the model what was wrong and reads its second attempt. */
async function repair(
  next: Run,
  rendered: TurnRequest,
  signal: AbortSignal,
  failed: Failed,
): Promise<readonly Call[]> {
  const again: TurnRequest = {
    ...rendered,
    messages: [
      ...rendered.messages,
      { role: "assistant", parts: [{ type: "text", text: failed.whole }] },
      {
        role: "user",
        parts: [
          {
            type: "text",
            text: `Your last answer cannot be used: ${failed.problem}. Write the corrected <tool_call> block or blocks now, and nothing else.`,
          },
        ],
      },
    ],
  };
  let whole = "";
  let stopReason: StopReason = { unified: "end" };
  for await (const event of inBlocks(next(again, signal), true)) {
    if (event.type === "text-delta") whole = longer(whole, event.text);
    if (event.type === "turn-end") ({ stopReason } = event);
    if (event.type === "turn-error") throw event.error;
  }
  const reading = await readTurn(whole, failed.request, stopReason, failed.checkAll);
  if (reading.problem === undefined && reading.calls.length > 0) return reading.calls;
  throw new BridgeError(
    "host_failed",
    `The model's tool call is not valid, also after it was told so: ${reading.problem ?? "it made no call"}.`,
  );
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
