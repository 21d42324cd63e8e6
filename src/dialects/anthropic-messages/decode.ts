import { BridgeError } from "../../turn/error.ts";
import type { Message } from "../../turn/message.ts";
import type { Notice } from "../../turn/notice.ts";
import type { ResponseFormat, Thinking, TurnRequest } from "../../turn/request.ts";
import { allowsParallel, readChoice } from "../any-tool.ts";
import { conversationOf } from "../conversation.ts";
import type { RequestHeaders } from "../dialect.ts";
import { asked, noticeIgnored } from "../ignored.ts";
import { toPrompt, type Prompt } from "../prompt.ts";
import { offered } from "../tool-choice.ts";
import { validate } from "../validate.ts";
import { decodeContent, decodePlain, type Reading } from "./content.ts";
import { messagesRequest, promptRequest, type PromptRequest, type WireMessage } from "./schema.ts";
import { decodeTools, ToolChanges } from "./tools.ts";

export interface DecodedMessages {
  readonly request: TurnRequest;
  readonly notices: readonly Notice[];
  readonly stream: boolean;
}

/**
 * A Messages request in neutral form.
 *
 * @throws BridgeError `invalid_request`, or `unsupported_feature` for what must not be ignored.
 */
export function decode(body: unknown, headers: RequestHeaders): DecodedMessages {
  const source = validate(messagesRequest, body);
  const notices: Notice[] = [];
  const request: TurnRequest = {
    ...decodeRequest(source, headers, notices),
    maxTokens: source.max_tokens,
    temperature: source.temperature ?? undefined,
    stopSequences: [...(source.stop_sequences ?? []), ...[source.stop ?? []].flat()].filter(
      (sequence) => sequence !== "",
    ),
  };
  noticeIgnored(asked(body, NEUTRAL), notices);
  return { request, notices, stream: source.stream ?? false };
}

/**
 * The prompt of a request to count tokens, which has fewer fields.
 *
 * @throws BridgeError as `decode` does.
 */
export function decodePrompt(body: unknown, headers: RequestHeaders): TurnRequest {
  return decodeRequest(validate(promptRequest, body), headers, []);
}

function decodeRequest(source: PromptRequest, headers: RequestHeaders, notices: Notice[]): TurnRequest {
  refuseThread(source);
  const reading: Reading = { notices, toolChanges: new ToolChanges() };
  const { system, messages } = decodeMessages(source, reading);
  return {
    model: source.model,
    system,
    messages,
    ...offered(
      decodeTools(reading.toolChanges.apply(source.tools ?? []), notices),
      readChoice(source.tool_choice) ?? { type: "auto" },
    ),
    parallelToolCalls: allowsParallel(source.tool_choice),
    responseFormat: decodeFormat(source),
    maxTokens: undefined,
    temperature: undefined,
    stopSequences: [],
    ...decodeThinking(source),
    conversation: conversationOf(headers, source.metadata?.user_id),
  };
}

/** A thread continues a conversation that only the vendor holds; answered this way, clients send it whole. */
function refuseThread({ thread }: PromptRequest): void {
  if (thread === null || thread === undefined) return;
  throw new BridgeError(
    "unsupported_feature",
    "thread: message threads are not supported here; send the whole conversation in messages.",
    { param: "thread", details: { error_code: "thread_unsupported_request", unsupported: ["thread"] } },
  );
}

function decodeMessages(source: PromptRequest, reading: Reading): Prompt {
  const system = decodePlain(source.system, "system", reading).filter((part) => part.type === "text");
  const messages = source.messages.map((message, index) =>
    decodeMessage(message, `messages.${index}`, reading),
  );
  return toPrompt(system, messages);
}

function decodeMessage(message: WireMessage, at: string, reading: Reading): Message {
  const { role, content, tool_calls: calls, tool_call_id: callId } = message;
  const hasContent = content !== null && content !== undefined;
  if (!hasContent && (role === "user" || (role === "assistant" && (calls ?? []).length === 0))) {
    throw new BridgeError("invalid_request", `${at}.content: Field required`, { param: `${at}.content` });
  }
  if (role === "tool") {
    if (typeof callId !== "string") {
      throw new BridgeError("invalid_request", `${at}.tool_call_id: Field required`, {
        param: `${at}.tool_call_id`,
      });
    }
    const result = decodePlain(content, `${at}.content`, reading);
    return { role: "user", parts: [{ type: "tool-result", callId, content: result, isError: false }] };
  }
  const parts = hasContent ? decodeContent(content, `${at}.content`, reading) : [];
  for (const { id, function: called } of calls ?? []) {
    const { name, arguments: given } = called;
    const input = typeof given === "string" ? given : JSON.stringify(given ?? {});
    parts.push({ type: "tool-call", id, name, input });
  }
  return { role: role === "developer" ? "system" : role, parts };
}

function decodeFormat(source: PromptRequest): ResponseFormat {
  const format = source.output_config?.format ?? source.output_format;
  if (format?.type !== "json_schema") return { type: "text" };
  const { schema } = format;
  return { type: "json", ...(schema !== null && schema !== undefined && { schema }) };
}

/** Fields that sampling does not have, with the value that means the same as none. */
const NEUTRAL = {
  top_p: 1,
  top_k: undefined,
  context_management: undefined,
  mcp_servers: undefined,
  container: undefined,
  compaction: undefined,
};

function decodeThinking({ thinking, output_config: output }: PromptRequest): Pick<TurnRequest, "thinking"> {
  const stated = thinking ?? undefined;
  const budget = stated?.type === "enabled" ? stated.budget_tokens : undefined;
  const effort = output?.effort;
  const wish: Thinking = {
    ...(stated !== undefined && { enabled: stated.type !== "disabled" }),
    ...(typeof effort === "string" && effort !== "" && { effort }),
    ...(typeof budget === "number" && { budgetTokens: budget }),
  };
  return Object.keys(wish).length === 0 ? {} : { thinking: wish };
}
