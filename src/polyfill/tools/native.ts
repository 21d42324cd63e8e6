/**
 * What sampling with tools cannot say, for hosts that have them: the rules of histories, one tool alone, one call alone,
 * that a call must come, and whether its arguments fit.
 */
import { BridgeError } from "../../turn/error.ts";
import type { StopReason, TurnEvent, TurnEvents } from "../../turn/event.ts";
import type { Notice } from "../../turn/notice.ts";
import type { TurnRequest } from "../../turn/request.ts";
import type { Polyfill, Run } from "../polyfill.ts";
import { askAgain } from "../retry.ts";
import type { CheckValues } from "../schema-checker/checker.ts";
import { CallInspector } from "./misfit.ts";
import { repairToolHistory } from "./repair.ts";

const MENDED: Notice = {
  code: "history-mended",
  message: "Tool calls or results without their counterpart were told to the model as text.",
};

type OnNotice = (notice: Notice) => void;

/**
 * Calls are passed on as the model made them, also those whose arguments do not fit their tool: the client knows its tools best and
 * tells the model in the result. `onNotice` hears of that, and of a history that had to be mended.
 */
export function nativeTools(check: CheckValues, onNotice: OnNotice): Polyfill {
  return (next) => (request, signal) => {
    const prepared = prepare(request, onNotice);
    const demands = prepared.toolChoice.type === "required" && prepared.tools.length > 0;
    const events = demands ? demandCall(next, prepared, signal) : next(prepared, signal);
    const calls = request.parallelToolCalls ? events : firstCallOnly(events);
    return request.tools.length > 0
      ? inspected(calls, new CallInspector(request.tools, check), onNotice, signal)
      : calls;
  };
}

/** Before the end of the answer, so that a plain reply can still say it in its headers. */
async function* inspected(
  events: TurnEvents,
  inspector: CallInspector,
  onNotice: OnNotice,
  signal: AbortSignal,
): TurnEvents {
  for await (const event of events) {
    inspector.see(event);
    if (event.type === "turn-end") {
      const misfit = await inspector.misfit(signal);
      if (misfit !== undefined) onNotice(misfit);
    }
    yield event;
  }
}

function prepare(request: TurnRequest, onNotice: OnNotice): TurnRequest {
  const { messages, mended } = repairToolHistory(request.messages);
  if (mended > 0) onNotice(MENDED);
  const { toolChoice } = request;
  if (toolChoice.type !== "tool") return { ...request, messages };
  const tools = request.tools.filter((tool) => tool.name === toolChoice.name);
  return { ...request, messages, tools, toolChoice: { type: "required" } };
}

type TurnEnd = Extract<TurnEvent, { type: "turn-end" }>;

/** Hosts may ignore that a call is required: the model is asked once more, and then it is an error. */
async function* demandCall(next: Run, request: TurnRequest, signal: AbortSignal): TurnEvents {
  const first = yield* heldUntilCall(next(request, signal));
  if (first === undefined) return;
  const names = request.tools.map(({ name }) => name).join(", ");
  const correction = `Answer with a call of a tool (${names}) and nothing else.`;
  const rejected = { request, text: first.text, correction, usage: first.end.usage };
  const { blocks, parts, stopReason, usage } = yield* askAgain(next, rejected, signal);
  if (!explains(stopReason) && !parts.some(({ type }) => type === "tool-call")) {
    throw new BridgeError(
      "host_failed",
      "The model made no tool call, even after it was asked once more for one.",
    );
  }
  yield* blocks;
  yield { type: "turn-end", stopReason, usage };
}

/**
 * Passes an answer on once it has a call, or has ended for a reason that explains why it has none.
 *
 * @returns what it said, and its end, when it has none.
 */
async function* heldUntilCall(
  events: TurnEvents,
): AsyncGenerator<TurnEvent, { readonly text: string; readonly end: TurnEnd } | undefined> {
  const held: TurnEvent[] = [];
  let text = "";
  let passes = false;
  for await (const event of events) {
    if (event.type === "text-delta") text += event.text;
    if (event.type === "turn-end" && !passes && !explains(event.stopReason)) return { text, end: event };
    passes ||= event.type === "tool-call-start" || event.type === "turn-end" || event.type === "turn-error";
    if (passes) yield* held.splice(0);
    if (passes || event.type === "turn-wait" || event.type === "turn-start") yield event;
    else held.push(event);
  }
  return undefined;
}

function explains({ unified }: StopReason): boolean {
  return unified === "max-tokens" || unified === "refusal" || unified === "stop-sequence";
}

async function* firstCallOnly(events: TurnEvents): TurnEvents {
  let calls = 0;
  for await (const event of events) {
    if (event.type === "tool-call-start") calls += 1;
    const further = calls > 1 && event.type.startsWith("tool-call-");
    if (!further) yield event;
  }
}
