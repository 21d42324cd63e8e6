import type { Notice } from "../../turn/notice.ts";
import type { Tool, TurnRequest } from "../../turn/request.ts";
import { readItem } from "../any-item.ts";
import { CallIds, type MessageReading } from "../any-message.ts";
import { partsIn } from "../any-part.ts";
import { joinMessages, statedItems, systemTexts, toPrompt } from "../any-prompt.ts";
import { readSettings } from "../any-settings.ts";
import { placedTools, readTool, statedChoice } from "../any-tool.ts";
import type { RequestHeaders } from "../dialect.ts";
import { checkMembers } from "../request-members.ts";
import type { JsonObject } from "../shapes.ts";
import { offered } from "../tool-choice.ts";
import { validate } from "../validate.ts";
import type { CallForm } from "./encode.ts";
import { chatRequest, type ChatRequest } from "./schema.ts";

export interface DecodedChat {
  readonly request: TurnRequest;
  readonly notices: readonly Notice[];
  readonly stream: boolean;
  readonly choices: number;
  readonly includeUsage: boolean;
  readonly callForm: CallForm;
}

/**
 * A chat completion request in neutral form.
 *
 * @throws BridgeError `invalid_request`, or `unsupported_feature` for a member that must not be ignored.
 */
export function decode(body: unknown, headers: RequestHeaders): DecodedChat {
  const chat = validate(chatRequest, body);
  const notices: Notice[] = [];
  checkMembers(body as JsonObject, "openai-chat", notices);
  const { at, items } = statedItems(chat);
  const reading: MessageReading = { content: partsIn(notices), ids: new CallIds(), notices };
  const messages = joinMessages(items.flatMap((item, index) => readItem(item, `${at}.${index}`, reading)));
  const { tools, customTools } = decodeTools(chat, notices);
  /** The request uses the older `functions`, which allow at most one call. */
  const isLegacy = (chat.functions?.length ?? 0) > 0 && (chat.tools?.length ?? 0) === 0;
  const settings = readSettings(withOneLimit(chat), { headers, choice: chat.tool_choice });
  return {
    request: {
      model: chat.model,
      ...toPrompt(systemTexts(chat, notices), messages),
      ...offered(tools, statedChoice(chat)),
      ...settings,
      parallelToolCalls: !isLegacy && settings.parallelToolCalls,
    },
    notices,
    stream: chat.stream ?? false,
    choices: chat.n ?? 1,
    includeUsage: chat.stream_options?.include_usage ?? false,
    callForm: { customTools, isLegacy },
  };
}

/** This API has two members for the limit; the newer one overrides the older. */
function withOneLimit(chat: ChatRequest): ChatRequest {
  const { max_tokens: older, max_completion_tokens: newer } = chat;
  return { ...chat, max_tokens: newer ?? older, max_completion_tokens: undefined };
}

/** The tools, and the names of those whose calls are plain text. */
function decodeTools(chat: ChatRequest, notices: Notice[]): { tools: Tool[]; customTools: Set<string> } {
  const tools: Tool[] = [];
  const customTools = new Set<string>();
  for (const { tool, at } of placedTools(chat)) {
    const read = readTool(tool, at, notices);
    if (read === undefined) continue;
    tools.push(read.tool);
    if (read.isText) customTools.add(read.tool.name);
    else customTools.delete(read.tool.name);
  }
  return { tools, customTools };
}
