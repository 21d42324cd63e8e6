import * as z from "zod";
import type { Delta } from "../../hosts/mcp/sampling-stream.ts";
import { parseEvent, UpstreamError, type AnswerReader, type Ending } from "./upstream.ts";

const count = z.number().nullish();
const text = z.string().nullish();
const usage = z
  .looseObject({
    input_tokens: count,
    cache_creation_input_tokens: count,
    cache_read_input_tokens: count,
    output_tokens: count,
  })
  .nullish();

/** The members of all kinds of events together; which are there depends on `type`. */
const event = z.looseObject({
  type: z.string(),
  message: z.looseObject({ model: text, usage }).nullish(),
  content_block: z.looseObject({ type: z.string(), id: text, name: text, text }).nullish(),
  delta: z.looseObject({ type: text, text, thinking: text, partial_json: text, stop_reason: text }).nullish(),
  usage,
  error: z.looseObject({ message: text }).nullish(),
});

type Event = z.infer<typeof event>;

const STOP_REASONS: Readonly<Record<string, string>> = {
  end_turn: "endTurn",
  max_tokens: "maxTokens",
  model_context_window_exceeded: "maxTokens",
  stop_sequence: "stopSequence",
  tool_use: "toolUse",
};

/** Reads the events of one streamed message. */
export function anthropicReader(): AnswerReader {
  let stop: string | undefined;
  let inputTokens: number | undefined;
  let outputTokens: number | undefined;
  let call: string | undefined;
  /** A call ends when what follows it shows that it was not cut by the token limit. */
  let closing: string | undefined;

  function count(given: Event["usage"]): void {
    const parts = [given?.input_tokens, given?.cache_creation_input_tokens, given?.cache_read_input_tokens];
    const input = parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
    if (typeof given?.input_tokens === "number") inputTokens = input;
    outputTokens = given?.output_tokens ?? outputTokens;
  }

  function* endCall(): Generator<Delta> {
    if (closing !== undefined) yield { type: "tool-call-end", id: closing };
    closing = undefined;
  }

  function* deltas({
    type,
    message,
    content_block: block,
    delta,
    usage: given,
    error,
  }: Event): Generator<Delta> {
    switch (type) {
      case "message_start":
        count(message?.usage);
        if (typeof message?.model === "string") yield { type: "start", model: message.model };
        return;
      case "content_block_start":
        yield* endCall();
        if (block?.type === "text" && typeof block.text === "string" && block.text !== "")
          yield { type: "text", text: block.text };
        if (block?.type !== "tool_use") return;
        if (typeof block.id !== "string" || typeof block.name !== "string") {
          throw new UpstreamError("The upstream sent a tool call without an id or a name.");
        }
        call = block.id;
        yield { type: "tool-call-start", id: block.id, name: block.name };
        return;
      case "content_block_delta":
        if (typeof delta?.text === "string") yield { type: "text", text: delta.text };
        if (typeof delta?.thinking === "string") yield { type: "reasoning", text: delta.thinking };
        if (typeof delta?.partial_json === "string" && call !== undefined)
          yield { type: "tool-call-delta", id: call, json: delta.partial_json };
        return;
      case "content_block_stop":
        closing = call;
        call = undefined;
        return;
      case "message_delta":
        count(given);
        stop = delta?.stop_reason ?? stop;
        if (stop !== "max_tokens") yield* endCall();
        return;
      case "error":
        throw new UpstreamError(
          `The upstream failed in the middle of its answer: ${error?.message ?? "no reason given"}`,
        );
      default:
    }
  }

  return {
    read(data) {
      const parsed = event.safeParse(parseEvent(data));
      if (!parsed.success) throw new UpstreamError("The upstream sent an event of an unknown form.");
      return [...deltas(parsed.data)];
    },
    ending(): Ending | undefined {
      return stop === undefined
        ? undefined
        : { stopReason: STOP_REASONS[stop] ?? stop, inputTokens, outputTokens };
    },
  };
}
