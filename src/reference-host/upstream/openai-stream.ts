import * as z from "zod";
import type { Delta } from "../../hosts/mcp/sampling-stream.ts";
import { parseEvent, UpstreamError, type AnswerReader, type Ending } from "./upstream.ts";

const text = z.string().nullish();
const count = z.number().nullish();
const call = z.looseObject({
  index: count,
  id: text,
  function: z.looseObject({ name: text, arguments: text }).nullish(),
});

/** Looser than OpenAI's own form: compatible servers leave out what they do not know. */
const chunk = z.looseObject({
  model: text,
  choices: z
    .array(
      z.looseObject({
        delta: z
          .looseObject({
            content: text,
            reasoning: text,
            reasoning_content: text,
            tool_calls: z.array(call).nullish(),
          })
          .nullish(),
        finish_reason: text,
      }),
    )
    .nullish(),
  usage: z.looseObject({ prompt_tokens: count, completion_tokens: count }).nullish(),
  error: z.union([z.string(), z.looseObject({ message: text })]).nullish(),
});

type Call = z.infer<typeof call>;

const STOP_REASONS: Readonly<Record<string, string>> = {
  stop: "endTurn",
  length: "maxTokens",
  tool_calls: "toolUse",
  function_call: "toolUse",
  content_filter: "refusal",
};

/** Reads the chunks of one streamed chat completion. */
export function openaiReader(): AnswerReader {
  let started = false;
  let finish: string | undefined;
  let inputTokens: number | undefined;
  let outputTokens: number | undefined;
  let calls = 0;
  let open: { readonly id: string; readonly index: number; readonly given: string | undefined } | undefined;

  function* readCall({ index, id, function: said }: Call): Generator<Delta> {
    const at = index ?? open?.index ?? 0;
    const given = id ?? undefined;
    const name = said?.name ?? "";
    // Some servers number all calls 0, some repeat the id and the name in every piece.
    const another = open === undefined || at !== open.index || (given !== undefined && given !== open.given);
    if (another && name === "") {
      if (open !== undefined && at !== open.index) {
        throw new UpstreamError("The upstream mixes the pieces of several tool calls.");
      }
      if (open === undefined) throw new UpstreamError("The upstream sent a tool call without a name.");
    }
    if (another && name !== "") {
      if (open !== undefined) yield { type: "tool-call-end", id: open.id };
      open = { id: given ?? `call_${calls}`, index: at, given };
      calls += 1;
      yield { type: "tool-call-start", id: open.id, name };
    }
    const json = said?.arguments ?? "";
    if (open !== undefined && json !== "") yield { type: "tool-call-delta", id: open.id, json };
  }

  function* deltas(data: string): Generator<Delta> {
    const parsed = chunk.safeParse(parseEvent(data));
    if (!parsed.success) throw new UpstreamError("The upstream sent an event that is no chat completion.");
    const { model, choices, usage, error } = parsed.data;
    if (error !== undefined && error !== null) {
      const message = typeof error === "string" ? error : (error.message ?? "no reason given");
      throw new UpstreamError(`The upstream failed in the middle of its answer: ${message}`);
    }
    if (!started && typeof model === "string" && model !== "") yield { type: "start", model };
    started = true;
    inputTokens = usage?.prompt_tokens ?? inputTokens;
    outputTokens = usage?.completion_tokens ?? outputTokens;
    const [choice] = choices ?? [];
    const delta = choice?.delta;
    const reasoning = delta?.reasoning_content ?? delta?.reasoning ?? "";
    if (reasoning !== "") yield { type: "reasoning", text: reasoning };
    if (typeof delta?.content === "string" && delta.content !== "")
      yield { type: "text", text: delta.content };
    for (const each of delta?.tool_calls ?? []) yield* readCall(each);
    if (typeof choice?.finish_reason === "string") {
      finish = choice.finish_reason;
      // A call that the limit has cut stays open.
      if (open !== undefined && finish !== "length") yield { type: "tool-call-end", id: open.id };
      open = undefined;
    }
  }

  return {
    read: (data) => (data.trim() === "[DONE]" ? [] : [...deltas(data)]),
    ending(): Ending | undefined {
      if (finish === undefined) return undefined;
      const stopReason = STOP_REASONS[finish] ?? finish;
      // Some servers end an answer with calls as any other.
      return {
        stopReason: calls > 0 && stopReason === "endTurn" ? "toolUse" : stopReason,
        inputTokens,
        outputTokens,
      };
    },
  };
}
