import type { Turn } from "../../turn/collect.ts";
import type { StopReason, Usage } from "../../turn/event.ts";
import { argumentsObject } from "../call-arguments.ts";
import type { ReplyContext } from "../dialect.ts";
import { finishOf } from "../finish.ts";
import { calledName, NO_TOOLSETS, type Toolset } from "./toolsets.ts";

/** The complete answer as a `message` object. */
export function encode(
  turn: Turn,
  context: ReplyContext,
  toolsets: ReadonlySet<Toolset> = NO_TOOLSETS,
): unknown {
  const content = turn.parts.flatMap((part): unknown[] => {
    switch (part.type) {
      case "text":
        return part.text === "" ? [] : [{ type: "text", text: part.text }];
      case "reasoning":
        // Without a signature a client could not send it back.
        return part.signature === undefined ? [] : [reasoningBlock(part.text, part.signature)];
      case "tool-call":
        return [{ ...toolUse(part.id, part.name, toolsets), input: argumentsObject(part.input) }];
      default:
        return part satisfies never;
    }
  });
  const hasCalls = turn.parts.some((part) => part.type === "tool-call");
  return {
    ...messageHead(turn.model, context),
    content,
    ...encodeStop(turn.stopReason, hasCalls),
    usage: encodeUsage(turn.usage),
  };
}

/** The beginning of a call; the model makes all calls itself, none come from code that the vendor runs. */
export function toolUse(id: string, name: string, toolsets: ReadonlySet<Toolset>): object {
  return { type: "tool_use", id, ...calledName(name, toolsets), input: {}, caller: { type: "direct" } };
}

/** Reasoning that may not be shown has no text. */
export function reasoningBlock(text: string, signature: string): object {
  return text === ""
    ? { type: "redacted_thinking", data: signature }
    : { type: "thinking", thinking: text, signature };
}

/** The beginning of every message, streamed or not. */
export function messageHead(model: string, context: ReplyContext): object {
  return { id: `msg_${context.id}`, type: "message", role: "assistant", model };
}

export function encodeStop(reason: StopReason, hasCalls: boolean): object {
  const finish = finishOf(reason, hasCalls);
  const sequence = finish === "stop-sequence" ? (reason.sequence ?? null) : null;
  return { stop_reason: stopReason(finish), stop_sequence: sequence };
}

function stopReason(finish: StopReason["unified"]): string {
  switch (finish) {
    case "end":
      return "end_turn";
    case "max-tokens":
      return "max_tokens";
    case "stop-sequence":
      return "stop_sequence";
    case "tool-calls":
      return "tool_use";
    case "refusal":
      return "refusal";
    default:
      return finish satisfies never;
  }
}

/** The SDKs require numbers, so an unknown count is 0 here; `estimated` marks figures of our own tokenizer. */
export function encodeUsage(usage: Usage): object {
  const { inputTokens = 0, cachedTokens = 0, outputTokens = 0, estimated } = usage;
  return {
    // In this API cached and other prompt tokens are separate figures, which add up to the prompt.
    input_tokens: Math.max(0, inputTokens - cachedTokens),
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedTokens,
    output_tokens: outputTokens,
    ...(estimated && { estimated: true }),
  };
}
