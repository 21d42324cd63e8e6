import type { Answer, Turn } from "../../turn/collect.ts";
import type { StopReason, Usage } from "../../turn/event.ts";
import { textOf, type ToolCallPart } from "../../turn/message.ts";
import { unwrapCustom } from "../custom-tool.ts";
import type { ReplyContext } from "../dialect.ts";
import { extraContent } from "../extra-content.ts";
import { finishOf } from "../finish.ts";

export type FinishReason = "stop" | "length" | "tool_calls" | "function_call" | "content_filter";

/** The form of calls in an answer. */
export interface CallForm {
  /** The names of the tools whose calls are plain text. */
  readonly customTools: ReadonlySet<string>;
  /** The older form: one `function_call` instead of `tool_calls`. */
  readonly isLegacy: boolean;
}

/** The complete answer as a `chat.completion` object. */
export function encode(turn: Turn, context: ReplyContext, form: CallForm): unknown {
  return {
    id: `chatcmpl-${context.id}`,
    object: "chat.completion",
    created: context.created,
    model: turn.model,
    choices: [turn, ...turn.others].map((answer, index) => encodeChoice(answer, index, form)),
    usage: encodeUsage(turn.usage),
  };
}

function encodeChoice(answer: Answer, index: number, form: CallForm): object {
  const text = textOf(answer.parts);
  const reasoning = answer.parts.map((part) => (part.type === "reasoning" ? part.text : "")).join("");
  const calls = form.isLegacy ? legacyCalls(answer.parts) : encodeCalls(answer.parts, form.customTools);
  return {
    index,
    message: {
      role: "assistant",
      content: text === "" && calls.length > 0 ? null : text,
      refusal: null,
      ...(reasoning !== "" && { reasoning_content: reasoning }),
      ...(calls.length > 0 && (form.isLegacy ? { function_call: calls[0] } : { tool_calls: calls })),
    },
    logprobs: null,
    finish_reason: finishReason(answer.stopReason, calls.length > 0, form),
  };
}

function encodeCalls(parts: Answer["parts"], customTools: ReadonlySet<string>): object[] {
  const calls: object[] = [];
  let signatures: string[] = [];
  for (const part of parts) {
    if (part.type === "reasoning" && part.signature !== undefined) signatures.push(part.signature);
    if (part.type !== "tool-call") continue;
    calls.push({ ...encodeCall(part, customTools), ...extraContent(signatures) });
    signatures = [];
  }
  return calls;
}

function encodeCall({ id, name, input }: ToolCallPart, customTools: ReadonlySet<string>): object {
  return customTools.has(name)
    ? { id, type: "custom", custom: { name, input: unwrapCustom(input) } }
    : { id, type: "function", function: { name, arguments: input } };
}

function legacyCalls(parts: Answer["parts"]): object[] {
  return parts.flatMap((part) =>
    part.type === "tool-call" ? [{ name: part.name, arguments: part.input }] : [],
  );
}

export function finishReason(reason: StopReason, hasCalls: boolean, form: CallForm): FinishReason {
  const finish = finishOf(reason, hasCalls);
  switch (finish) {
    case "end":
    case "stop-sequence":
      return "stop";
    case "max-tokens":
      return "length";
    case "tool-calls":
      return form.isLegacy ? "function_call" : "tool_calls";
    case "refusal":
      return "content_filter";
    default:
      return finish satisfies never;
  }
}

/** The SDKs require numbers, so an unknown count is 0 here; `estimated` marks figures of our own tokenizer. */
export function encodeUsage(usage: Usage): unknown {
  const { inputTokens = 0, cachedTokens, outputTokens = 0, estimated } = usage;
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    ...(cachedTokens !== undefined && { prompt_tokens_details: { cached_tokens: cachedTokens } }),
    ...(estimated && { estimated: true }),
  };
}
