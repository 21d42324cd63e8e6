import { BridgeError } from "../../turn/error.ts";
import type { Message } from "../../turn/message.ts";
import type { Notice } from "../../turn/notice.ts";
import type { TurnRequest } from "../../turn/request.ts";
import { readItem, type Item } from "../any-item.ts";
import { CallIds, type MessageReading } from "../any-message.ts";
import { joinMessages, statedItems, systemTexts, toPrompt } from "../any-prompt.ts";
import { readSettings } from "../any-settings.ts";
import { placedTools, statedChoice } from "../any-tool.ts";
import type { RequestHeaders } from "../dialect.ts";
import { checkMembers } from "../request-members.ts";
import type { JsonObject } from "../shapes.ts";
import { offered } from "../tool-choice.ts";
import { validate } from "../validate.ts";
import { decodeContent, type Reading } from "./content.ts";
import { effortFromHere, messagesRequest, type MessagesRequest } from "./schema.ts";
import { decodeTools, ToolChanges } from "./tools.ts";
import { toolsetsOf, type Toolset } from "./toolsets.ts";

export interface DecodedMessages {
  readonly request: TurnRequest;
  readonly notices: readonly Notice[];
  readonly stream: boolean;
  /** The toolsets whose members are offered. */
  readonly toolsets: ReadonlySet<Toolset>;
}

/**
 * A Messages request in neutral form.
 *
 * @throws BridgeError `invalid_request`, or `unsupported_feature` for a member that must not be ignored.
 */
export function decode(body: unknown, headers: RequestHeaders): DecodedMessages {
  const source = validate(messagesRequest, body);
  const notices: Notice[] = [];
  checkMembers(body as JsonObject, "anthropic-messages", notices);
  const request = decodeRequest(source, headers, notices);
  if (request.maxTokens === undefined) throw required("max_tokens");
  return { request, notices, stream: source.stream ?? false, toolsets: toolsetsOf(source.tools ?? []) };
}

/**
 * The prompt of a request to count tokens, which has fewer fields.
 *
 * @throws BridgeError as `decode` does.
 */
export function decodePrompt(body: unknown, headers: RequestHeaders): TurnRequest {
  return decodeRequest(validate(messagesRequest, body), headers, []);
}

function decodeRequest(source: MessagesRequest, headers: RequestHeaders, notices: Notice[]): TurnRequest {
  refuseThread(source);
  const reading: Reading = { notices, toolChanges: new ToolChanges() };
  const { at, items } = statedItems(source);
  const messages = decodeMessages(items, at, reading);
  const tools = decodeTools(reading.toolChanges.apply(placedTools(source)), notices);
  return {
    model: source.model,
    ...toPrompt(systemTexts(source, notices), messages),
    ...offered(tools, statedChoice(source)),
    ...readSettings(source, { headers, choice: source.tool_choice, laterEffort: laterEffort(items) }),
  };
}

/** A thread continues a conversation that only the vendor has; after this error clients send it complete. */
function refuseThread({ thread }: MessagesRequest): void {
  if (thread === null || thread === undefined) return;
  throw new BridgeError(
    "unsupported_feature",
    "thread: message threads are not supported here; send the whole conversation in messages.",
    { param: "thread", details: { error_code: "thread_unsupported_request", unsupported: ["thread"] } },
  );
}

function decodeMessages(items: readonly Item[], list: string, reading: Reading): Message[] {
  const { notices } = reading;
  const content: MessageReading["content"] = (value, at) => decodeContent(value, at, reading);
  const messageReading: MessageReading = { content, ids: new CallIds(), notices };
  return joinMessages(
    items.flatMap((item, index) => {
      const at = `${list}.${index}`;
      refuseIncomplete(item, at);
      return readItem(item, at, messageReading);
    }),
  );
}

/** In this API a message must have content. */
function refuseIncomplete(item: Item, at: string): void {
  const { role, content, tool_calls: calls, function_call: call, tool_call_id: callId } = item;
  const hasCalls = (Array.isArray(calls) && calls.length > 0) || (call ?? undefined) !== undefined;
  const needsContent = role === "user" || (role === "assistant" && !hasCalls);
  if (needsContent && (content ?? undefined) === undefined) throw required(`${at}.content`);
  if (role === "tool" && typeof callId !== "string") throw required(`${at}.tool_call_id`);
}

function required(param: string): BridgeError {
  return new BridgeError("invalid_request", `${param}: Field required`, { param });
}

/** The last effort in the conversation. */
function laterEffort(items: readonly Item[]): string | undefined {
  const efforts = items.map((item) => effortFromHere.parse(item).output_config?.effort);
  return efforts.findLast((effort) => typeof effort === "string") ?? undefined;
}
