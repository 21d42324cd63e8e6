/**
 * For hosts whose sampling supports tools, the parts that MCP does not cover: histories that break its rules, a
 * choice of one tool, at most one call, a required call, and arguments that do not fit.
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
  message: "Tool calls without a result, or results without a call, were sent to the model as text.",
};

type OnNotice = (notice: Notice) => void;

/**
 * Calls are passed on as the model made them, also with arguments that do not fit: the client knows its tools best
 * and answers the model in the result. `onNotice` is called for that, and for a repaired history.
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

/** Before the end of the answer, so that a response without streaming can still have it in its headers. */
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

/** Hosts may ignore that a call is required: the model is asked once more, and a second failure is an error. */
async function* demandCall(next: Run, request: TurnRequest, signal: AbortSignal): TurnEvents {
  const first = yield* heldUntilCall(next(request, signal));
  if (first === undefined) return;
  const names = request.tools.map(({ name }) => name).join(", ");
  const correction = `Answer with a call of a tool (${names}) and nothing else.`;
  const rejected = { request, text: first.text, correction, usage: first.end.usage };
  const { blocks, parts, stopReason, usage } = yield* askAgain(next, rejected, signal);
  if (!explains(stopReason) && !parts.some(({ type }) => type === "tool-call")) {
    throw new BridgeError("host_failed", "The model made no tool call, even after it was asked again.");
  }
  yield* blocks;
  yield { type: "turn-end", stopReason, usage };
}

/**
 * Passes an answer on as soon as it has a call, or ends for a reason that explains why it has none.
 *
 * @returns its text and end, when it has no call.
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
