/** A turn as a response object (OpenAI API reference, "The response object"). */
import type { Turn } from "../../turn/collect.ts";
import type { StopReason, Usage } from "../../turn/event.ts";
import { textOf, type ReasoningPart } from "../../turn/message.ts";
import { unwrapCustom } from "../custom-tool.ts";
import type { ReplyContext } from "../dialect.ts";
import { clientCallItem, isClientToolKind } from "./client-tools.ts";
import { compactionItem, wholeSummary } from "./compaction.ts";
import type { Item, ResponsesRequest } from "./schema.ts";
import type { ToolNames } from "./tools.ts";

export type Status = "in_progress" | "completed" | "incomplete" | "failed";

/** The parts of the request that determine the form of the answer. */
export interface Asked {
  readonly wire: ResponsesRequest;
  readonly names: ToolNames;
  readonly compacting: boolean;
}

export interface ResponseState {
  readonly status: Status;
  readonly model: string;
  readonly output: readonly Item[];
  readonly usage?: Usage;
  readonly stopReason?: StopReason;
  readonly error?: { readonly code: string; readonly message: string };
}

export interface ResponseObject extends Item {
  readonly id: string;
  readonly output: readonly Item[];
}

/** The response object in any state; it repeats the settings of the request. */
export function responseObject(
  wire: ResponsesRequest,
  context: ReplyContext,
  state: ResponseState,
): ResponseObject {
  const cut = state.status === "incomplete";
  return {
    id: `resp_${context.id}`,
    object: "response",
    created_at: context.created,
    status: state.status,
    background: false,
    error: state.error ?? null,
    incomplete_details: cut
      ? { reason: state.stopReason?.unified === "refusal" ? "content_filter" : "max_output_tokens" }
      : null,
    instructions: wire.instructions ?? null,
    max_output_tokens: wire.max_output_tokens ?? null,
    metadata: wire.metadata ?? {},
    model: state.model,
    output: state.output,
    parallel_tool_calls: wire.parallel_tool_calls ?? true,
    previous_response_id: wire.previous_response_id ?? null,
    reasoning: { effort: wire.reasoning?.effort ?? null, summary: wire.reasoning?.summary ?? null },
    store: wire.store ?? true,
    temperature: wire.temperature ?? 1,
    text: { format: wire.text?.format ?? { type: "text" } },
    tool_choice: wire.tool_choice ?? "auto",
    tools: wire.tools ?? [],
    top_p: 1,
    top_logprobs: 0,
    presence_penalty: 0,
    frequency_penalty: 0,
    service_tier: "default",
    max_tool_calls: wire.max_tool_calls ?? null,
    safety_identifier: wire.safety_identifier ?? null,
    prompt_cache_key: wire.prompt_cache_key ?? null,
    completed_at: state.status === "completed" ? (context.now?.() ?? context.created) : null,
    truncation: "disabled",
    usage: state.usage === undefined ? null : encodeUsage(state.usage),
    ...(typeof wire.user === "string" && { user: wire.user }),
  };
}

/** The answer to `/v1/responses/compact` (OpenAI API reference, "The compacted response object"). */
export function compactedObject(turn: Turn, context: ReplyContext): object {
  return {
    id: `resp_${context.id}`,
    object: "response.compaction",
    created_at: context.created,
    output: [summaryItem(context, turn)],
    usage: encodeUsage(turn.usage),
  };
}

/** @throws BridgeError `host_failed` when the turn has no complete summary. */
export function summaryItem(context: ReplyContext, { parts, stopReason }: Turn): Item {
  return compactionItem(itemId("cmp", context, 0), wholeSummary(textOf(parts), stopReason));
}

/** @throws BridgeError `host_failed` when a summary was requested and is not complete. */
export function encode(turn: Turn, asked: Asked, context: ReplyContext): ResponseObject {
  const { wire, names, compacting } = asked;
  const { model, usage, stopReason } = turn;
  if (compacting) {
    const output = [summaryItem(context, turn)];
    return responseObject(wire, context, { status: "completed", model, output, usage, stopReason });
  }
  const output: Item[] = [];
  for (const part of turn.parts) {
    const index = output.length;
    if (part.type === "reasoning" && showsReasoning(wire)) {
      output.push(reasoningItem(itemId("rs", context, index), part, wire));
    }
    if (part.type === "text") output.push(messageItem(itemId("msg", context, index), part.text));
    if (part.type === "tool-call") output.push(callItem(context, index, part, names));
  }
  const status = finalStatus(stopReason);
  const last = output.pop();
  if (last !== undefined) output.push(ended(last, status));
  return responseObject(wire, context, { status, model, output, usage, stopReason });
}

/** The last item of a response with this status: a text that was cut is itself incomplete; a call is complete or absent. */
export function ended(item: Item, status: Status): Item {
  return item.type === "message" ? { ...item, status } : item;
}

export function finalStatus(reason: StopReason): Status {
  return reason.unified === "max-tokens" || reason.unified === "refusal" ? "incomplete" : "completed";
}

export function itemId(prefix: string, context: ReplyContext, index: number): string {
  return `${prefix}_${context.id}${index}`;
}

export function textContent(text: string): object {
  return { type: "output_text", text, annotations: [], logprobs: [] };
}

export function messageItem(id: string, text: string): Item {
  return { id, type: "message", status: "completed", role: "assistant", content: [textContent(text)] };
}

/** Reasoning is sent only to clients that support it: they ask for it in some way. */
export function showsReasoning({ reasoning, include }: ResponsesRequest): boolean {
  const known = reasoning !== null && reasoning !== undefined;
  return known || (include ?? []).includes("reasoning.encrypted_content");
}

/** The signature is for the host alone, like the vendor's encrypted content for its models. */
export function reasoningItem(
  id: string,
  { text, signature }: Pick<ReasoningPart, "text" | "signature">,
  { reasoning }: ResponsesRequest,
): Item {
  const shown = text !== "" && typeof reasoning?.summary === "string";
  return {
    id,
    type: "reasoning",
    summary: shown ? [summaryText(text)] : [],
    ...(signature !== undefined && { encrypted_content: signature }),
  };
}

export function summaryText(text: string): object {
  return { type: "summary_text", text };
}

interface Call {
  readonly id: string;
  readonly name: string;
  readonly input: string;
}

/** A call as the item of its type; `status` differs for calls whose input is still being written. */
export function callItem(
  context: ReplyContext,
  index: number,
  call: Call,
  names: ToolNames,
  status = "completed",
): Item {
  const { kind, name, namespace } = names.originOf(call.name);
  if (isClientToolKind(kind)) {
    const { id: callId, input } = call;
    return clientCallItem(kind, { id: `${context.id}${index}`, callId, input, status });
  }
  const common = { status, call_id: call.id, name, ...(namespace !== undefined && { namespace }) };
  const input = status === "completed" && kind === "custom" ? unwrapCustom(call.input) : call.input;
  return kind === "custom"
    ? { id: itemId("ctc", context, index), type: "custom_tool_call", ...common, input }
    : { id: itemId("fc", context, index), type: "function_call", ...common, arguments: input };
}

/** The SDKs require numbers, so an unknown count is 0 here; `estimated` marks figures of our own tokenizer. */
function encodeUsage(usage: Usage): object {
  const { inputTokens = 0, cachedTokens = 0, outputTokens = 0, estimated } = usage;
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
    ...(estimated && { estimated: true }),
  };
}
