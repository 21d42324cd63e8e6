import { BridgeError } from "../../turn/error.ts";
import type { Message } from "../../turn/message.ts";
import { addNotice, type Notice } from "../../turn/notice.ts";
import type { ResponseFormat, TurnRequest } from "../../turn/request.ts";
import { conversationOf } from "../conversation.ts";
import { toPrompt, type Prompt } from "../prompt.ts";
import { validate } from "../validate.ts";
import { decodeContent, decodePlain, type Reading } from "./content.ts";
import { messagesRequest, promptRequest, type PromptRequest } from "./schema.ts";
import { decodeToolChoice, decodeTools, ToolChanges } from "./tools.ts";

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
export function decode(body: unknown, headers: Headers): DecodedMessages {
  const source = validate(messagesRequest, body);
  const notices: Notice[] = [];
  const request: TurnRequest = {
    ...decodeRequest(source, headers, notices),
    maxTokens: source.max_tokens,
    temperature: source.temperature ?? undefined,
    stopSequences: (source.stop_sequences ?? []).filter((sequence) => sequence !== ""),
  };
  noticeIgnored(source, notices);
  return { request, notices, stream: source.stream ?? false };
}

/**
 * The prompt of a request to count tokens, which has fewer fields.
 *
 * @throws BridgeError as `decode` does.
 */
export function decodePrompt(body: unknown, headers: Headers): TurnRequest {
  return decodeRequest(validate(promptRequest, body), headers, []);
}

function decodeRequest(source: PromptRequest, headers: Headers, notices: Notice[]): TurnRequest {
  refuseThread(source);
  const reading: Reading = { notices, toolChanges: new ToolChanges() };
  const { system, messages } = decodeMessages(source, reading);
  return {
    model: source.model,
    system,
    messages,
    tools: decodeTools(reading.toolChanges.apply(source.tools ?? []), notices),
    toolChoice: decodeToolChoice(source.tool_choice),
    parallelToolCalls: source.tool_choice?.disable_parallel_tool_use !== true,
    responseFormat: decodeFormat(source),
    maxTokens: undefined,
    temperature: undefined,
    stopSequences: [],
    conversation: conversationOf(headers) ?? sessionOf(source.metadata?.user_id),
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
  const messages = source.messages.map(({ role, content }, index): Message => {
    const at = `messages.${index}.content`;
    if (content === null || content === undefined) {
      if (role === "system") return { role, parts: [] };
      throw new BridgeError("invalid_request", `${at}: Field required`, { param: at });
    }
    return { role, parts: decodeContent(content, at, reading) };
  });
  return toPrompt(system, messages);
}

function decodeFormat(source: PromptRequest): ResponseFormat {
  const format = source.output_config?.format ?? source.output_format;
  if (format?.type !== "json_schema") return { type: "text" };
  const { schema } = format;
  return { type: "json", ...(schema !== null && schema !== undefined && { schema }) };
}

/** Claude Code's `user_id` is JSON text that names its session, also where a proxy drops the session header. */
function sessionOf(userId: string | null | undefined): string | undefined {
  if (userId?.startsWith("{") !== true) return undefined;
  try {
    const { session_id: session } = JSON.parse(userId) as { readonly session_id?: unknown };
    return typeof session === "string" && session !== "" ? session.slice(0, 200) : undefined;
  } catch {
    return undefined;
  }
}

const IGNORED = ["top_p", "top_k", "context_management", "mcp_servers", "container", "compaction"];

function noticeIgnored(source: PromptRequest, notices: Notice[]): void {
  const sent = IGNORED.filter((field) => source[field] !== undefined && source[field] !== null);
  if (source.thinking?.type !== undefined && source.thinking.type !== "disabled") sent.push("thinking");
  if (typeof source.output_config?.effort === "string") sent.push("output_config.effort");
  if (sent.length === 0) return;
  addNotice(notices, { code: "parameters-ignored", message: `MCP sampling has no ${sent.join(", ")}.` });
}
