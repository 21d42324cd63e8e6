import { BridgeError } from "../../turn/error.ts";
import type { Message } from "../../turn/message.ts";
import type { Notice } from "../../turn/notice.ts";
import type { ResponseFormat, Thinking, TurnRequest } from "../../turn/request.ts";
import { LegacyIds, readMessage } from "../any-message.ts";
import { allowsParallel, readChoice } from "../any-tool.ts";
import { formSchema } from "../client-schema.ts";
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
  const legacy = new LegacyIds();
  const messages = source.messages.map((message, index) =>
    decodeMessage(message, `messages.${index}`, reading, legacy),
  );
  return toPrompt(system, messages);
}

function decodeMessage(message: WireMessage, at: string, reading: Reading, legacy: LegacyIds): Message {
  const { role, content, tool_calls: calls, function_call: call, tool_call_id: callId } = message;
  const hasCalls = (calls ?? []).length > 0 || (call ?? undefined) !== undefined;
  const needsContent = role === "user" || (role === "assistant" && !hasCalls);
  if (needsContent && (content ?? undefined) === undefined) throw required(`${at}.content`);
  if (role === "tool" && typeof callId !== "string") throw required(`${at}.tool_call_id`);
  return readMessage(message, at, (value, where) => decodeContent(value, where, reading), legacy);
}

function required(param: string): BridgeError {
  return new BridgeError("invalid_request", `${param}: Field required`, { param });
}

function decodeFormat(source: PromptRequest): ResponseFormat {
  const format = source.output_config?.format ?? source.output_format;
  if (format?.type !== "json_schema") return { type: "text" };
  const at = source.output_config?.format === format ? "output_config.format" : "output_format";
  const schema = formSchema(format.schema, `${at}.schema`);
  return { type: "json", ...(schema !== undefined && { schema }) };
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

function decodeThinking({
  thinking,
  output_config: output,
  messages,
}: PromptRequest): Pick<TurnRequest, "thinking"> {
  const stated = thinking ?? undefined;
  const budget = stated?.type === "enabled" ? stated.budget_tokens : undefined;
  const effort =
    messages.findLast((message) => typeof message.output_config?.effort === "string")?.output_config
      ?.effort ?? output?.effort;
  const wish: Thinking = {
    ...(stated !== undefined && { enabled: stated.type !== "disabled" }),
    ...(typeof effort === "string" && effort !== "" && { effort }),
    ...(typeof budget === "number" && { budgetTokens: budget }),
  };
  return Object.keys(wish).length === 0 ? {} : { thinking: wish };
}
