import type { Message, Part, TextPart } from "../../turn/message.ts";
import { addNotice, type Notice } from "../../turn/notice.ts";
import type { ResponseFormat, Tool, TurnRequest } from "../../turn/request.ts";
import { LegacyIds, plainOf, readMessage } from "../any-message.ts";
import { partsIn } from "../any-part.ts";
import { allowsParallel, readChoice, readTool } from "../any-tool.ts";
import { formSchema, toolSchema } from "../client-schema.ts";
import { conversationOf } from "../conversation.ts";
import type { RequestHeaders } from "../dialect.ts";
import { asked, noticeIgnored } from "../ignored.ts";
import { toPrompt, type Prompt } from "../prompt.ts";
import { thinkingOf } from "../thinking.ts";
import { offered, type StatedChoice } from "../tool-choice.ts";
import { appendAll } from "../append-all.ts";
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
 * @throws BridgeError `invalid_request`, or `unsupported_feature` for what must not be ignored.
 */
export function decode(body: unknown, headers: RequestHeaders): DecodedChat {
  const chat = validate(chatRequest, body);
  const notices: Notice[] = [];
  noticeIgnored(asked(body, NEUTRAL), notices);
  const { system, messages } = decodeMessages(chat, notices);
  const { tools, customTools } = decodeTools(chat, notices);
  /** Asked for in the form before tools, which has one call at most. */
  const isLegacy = (chat.functions?.length ?? 0) > 0 && (chat.tools?.length ?? 0) === 0;
  const thinking = thinkingOf(chat.reasoning_effort);
  return {
    request: {
      model: chat.model,
      system,
      messages,
      ...offered(tools, decodeToolChoice(chat)),
      parallelToolCalls: !isLegacy && (chat.parallel_tool_calls ?? true) && allowsParallel(chat.tool_choice),
      responseFormat: decodeFormat(chat),
      maxTokens: chat.max_completion_tokens ?? chat.max_tokens ?? undefined,
      temperature: chat.temperature ?? undefined,
      stopSequences: decodeStop(chat),
      ...(thinking !== undefined && { thinking }),
      conversation: conversationOf(headers, chat.user),
    },
    notices,
    stream: chat.stream ?? false,
    choices: chat.n ?? 1,
    includeUsage: chat.stream_options?.include_usage ?? false,
    callForm: { customTools, isLegacy },
  };
}

/** The results of parallel calls are messages of their own here, and one message with us. */
function decodeMessages(chat: ChatRequest, notices: Notice[]): Prompt {
  const messages: Message[] = [];
  const legacy = new LegacyIds();
  const inContent = partsIn(notices);
  /** The results of the last message, where it holds nothing else. */
  let results: Part[] | undefined;
  chat.messages.forEach((message, index) => {
    const decoded = readMessage(message, `messages.${index}`, inContent, legacy);
    const isResults = decoded.parts.length > 0 && decoded.parts.every((part) => part.type === "tool-result");
    if (!isResults) results = undefined;
    else if (results !== undefined) {
      appendAll(results, decoded.parts);
      return;
    } else results = decoded.parts;
    messages.push(decoded);
  });
  return toPrompt(plainOf(inContent(chat.system, "system"), "system").filter(isText), messages);
}

function isText(part: Part): part is TextPart {
  return part.type === "text";
}

/** The tools, and the names of those whose calls are plain text. */
function decodeTools(chat: ChatRequest, notices: Notice[]): { tools: Tool[]; customTools: Set<string> } {
  const tools: Tool[] = [];
  const customTools = new Set<string>();
  for (const [index, stated] of (chat.tools ?? []).entries()) {
    const read = readTool(stated, `tools.${index}`);
    if (read === undefined) {
      addNotice(notices, {
        code: "tool-kind-ignored",
        message: "Tools that the vendor defines or runs itself are not available.",
      });
      continue;
    }
    tools.push(read.tool);
    if (read.isText) customTools.add(read.tool.name);
    else customTools.delete(read.tool.name);
  }
  for (const [index, { name, description, parameters }] of (chat.functions ?? []).entries()) {
    tools.push({
      name,
      inputSchema: toolSchema(parameters, `functions.${index}.parameters`, name),
      ...(typeof description === "string" && { description }),
    });
  }
  return { tools, customTools };
}

function decodeToolChoice({ tool_choice: choice, function_call: legacy }: ChatRequest): StatedChoice {
  const stated = readChoice(choice);
  if (stated !== undefined) return stated;
  if (legacy === null || legacy === undefined) return { type: "auto" };
  return typeof legacy === "string" ? { type: legacy } : { type: "tool", name: legacy.name };
}

function decodeFormat(chat: ChatRequest): ResponseFormat {
  const format = chat.response_format;
  if (format?.type === "json_object") return { type: "json" };
  if (format?.type !== "json_schema") return { type: "text" };
  const { name } = format.json_schema ?? {};
  const schema = formSchema(format.json_schema?.schema, "response_format.json_schema.schema");
  return {
    type: "json",
    ...(typeof name === "string" && { name }),
    ...(schema !== undefined && { schema }),
  };
}

function decodeStop({ stop, stop_sequences: more }: ChatRequest): string[] {
  const sequences = typeof stop === "string" ? [stop] : (stop ?? []);
  return [...sequences, ...(more ?? [])].filter((sequence) => sequence !== "");
}

/** Fields that sampling does not have, with the value that means the same as none. */
const NEUTRAL = {
  top_p: 1,
  top_k: undefined,
  min_p: 0,
  seed: undefined,
  frequency_penalty: 0,
  presence_penalty: 0,
  repetition_penalty: 1,
  logit_bias: undefined,
  logprobs: false,
  top_logprobs: 0,
  verbosity: undefined,
  audio: undefined,
  web_search_options: undefined,
};
