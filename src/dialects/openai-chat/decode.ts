import type { Message, Part } from "../../turn/message.ts";
import { addNotice, type Notice } from "../../turn/notice.ts";
import type { ResponseFormat, Tool, TurnRequest } from "../../turn/request.ts";
import { conversationOf } from "../conversation.ts";
import { customSchema, wrapCustom } from "../custom-tool.ts";
import type { RequestHeaders } from "../dialect.ts";
import { asked, noticeIgnored } from "../ignored.ts";
import { toPrompt, type Prompt } from "../prompt.ts";
import { thinkingOf } from "../thinking.ts";
import { offered, type StatedChoice } from "../tool-choice.ts";
import { appendAll } from "../append-all.ts";
import { validate } from "../validate.ts";
import { decodeContent } from "./content.ts";
import { chatRequest, type ChatMessage, type ChatRequest, type NamedTool } from "./schema.ts";

export interface DecodedChat {
  readonly request: TurnRequest;
  readonly notices: readonly Notice[];
  readonly stream: boolean;
  readonly choices: number;
  readonly includeUsage: boolean;
  /** The names of the tools whose calls are plain text. */
  readonly customTools: ReadonlySet<string>;
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
  const { system, messages } = decodeMessages(chat.messages, notices);
  const thinking = thinkingOf(chat.reasoning_effort);
  return {
    request: {
      model: chat.model,
      system,
      messages,
      ...offered(decodeTools(chat, notices), decodeToolChoice(chat)),
      parallelToolCalls: chat.parallel_tool_calls ?? true,
      responseFormat: decodeFormat(chat),
      maxTokens: chat.max_completion_tokens ?? chat.max_tokens ?? undefined,
      temperature: chat.temperature ?? undefined,
      stopSequences: decodeStop(chat.stop),
      ...(thinking !== undefined && { thinking }),
      conversation: conversationOf(headers, chat.user),
    },
    notices,
    stream: chat.stream ?? false,
    choices: chat.n ?? 1,
    includeUsage: chat.stream_options?.include_usage ?? false,
    customTools: new Set((chat.tools ?? []).flatMap(({ custom }) => custom?.name ?? [])),
  };
}

/** The results of parallel calls are messages of their own here, and one message with us. */
function decodeMessages(source: readonly ChatMessage[], notices: Notice[]): Prompt {
  const messages: Message[] = [];
  /** The results of the last message, where it holds nothing else. */
  let results: Part[] | undefined;
  source.forEach((message, index) => {
    const decoded = decodeMessage(message, `messages.${index}.content`, notices);
    const isResults = decoded.parts.length > 0 && decoded.parts.every((part) => part.type === "tool-result");
    if (!isResults) results = undefined;
    else if (results !== undefined) {
      appendAll(results, decoded.parts);
      return;
    } else results = decoded.parts;
    messages.push(decoded);
  });
  return toPrompt([], messages);
}

function decodeMessage(message: ChatMessage, at: string, notices: Notice[]): Message & { parts: Part[] } {
  const parts = decodeContent(message.content, at, notices);
  if (typeof message.refusal === "string" && message.refusal !== "" && parts.length === 0) {
    parts.push({ type: "text", text: message.refusal });
  }
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", parts };
    case "user":
      return { role: "user", parts };
    case "assistant":
      return { role: "assistant", parts: withReasoning(parts, decodeCalls(message)) };
    case "tool":
    case "function": {
      const callId = message.tool_call_id ?? message.name ?? "";
      return { role: "user", parts: [{ type: "tool-result", callId, content: parts, isError: false }] };
    }
    default:
      return message.role satisfies never;
  }
}

/** What a model thought before its text and its first call begins the message. */
function withReasoning(text: readonly Part[], calls: readonly Part[]): Part[] {
  const first = calls.findIndex((part) => part.type !== "reasoning");
  return [...calls.slice(0, Math.max(first, 0)), ...text, ...calls.slice(Math.max(first, 0))];
}

function decodeCalls({ tool_calls: calls, function_call: call }: ChatMessage): Part[] {
  const parts: Part[] = [];
  for (const { id, function: called, custom, extra_content: extra } of calls ?? []) {
    const signatures = (extra?.google?.thought_signature ?? "").split(" ").filter((each) => each !== "");
    for (const signature of signatures) parts.push({ type: "reasoning", text: "", signature });
    if (called !== null && called !== undefined) {
      parts.push({ type: "tool-call", id: id ?? "", name: called.name, input: called.arguments ?? "{}" });
    } else if (custom !== null && custom !== undefined) {
      const input = wrapCustom(custom.input ?? "");
      parts.push({ type: "tool-call", id: id ?? "", name: custom.name, input });
    }
  }
  // The form before tools: calls have no ids, and results name the function.
  if (call !== null && call !== undefined) {
    parts.push({ type: "tool-call", id: call.name, name: call.name, input: call.arguments ?? "{}" });
  }
  return parts;
}

function decodeTools(chat: ChatRequest, notices: Notice[]): Tool[] {
  return (chat.tools ?? []).flatMap(({ function: called, custom }): Tool[] => {
    const tool = called ?? custom;
    if (tool === null || tool === undefined) {
      addNotice(notices, {
        code: "tool-kind-ignored",
        message: "Only function tools and custom tools are supported.",
      });
      return [];
    }
    const grammar = custom?.format?.grammar;
    const inputSchema = called
      ? (called.parameters ?? { type: "object", properties: {} })
      : customSchema(grammar?.syntax, grammar?.definition);
    const { name, description } = tool;
    return [{ name, inputSchema, ...(typeof description === "string" && { description }) }];
  });
}

function decodeToolChoice(chat: ChatRequest): StatedChoice {
  const choice = chat.tool_choice ?? "auto";
  if (typeof choice === "string") return { type: choice };
  const { type, allowed_tools: allowed } = choice;
  if (type === "allowed_tools" && allowed !== null && allowed !== undefined) {
    return {
      type: "allowed",
      mode: allowed.mode,
      names: allowed.tools.flatMap((tool) => nameIn(tool) ?? []),
    };
  }
  const name = nameIn(choice);
  return name === undefined ? { type: "other", kind: type } : { type: "tool", name };
}

function nameIn({ function: called, custom }: NamedTool): string | undefined {
  return (called ?? custom)?.name;
}

function decodeFormat(chat: ChatRequest): ResponseFormat {
  const format = chat.response_format;
  if (format?.type === "json_object") return { type: "json" };
  if (format?.type !== "json_schema") return { type: "text" };
  const { name, schema } = format.json_schema ?? {};
  return {
    type: "json",
    ...(typeof name === "string" && { name }),
    ...(schema !== null && schema !== undefined && { schema }),
  };
}

function decodeStop(stop: ChatRequest["stop"]): string[] {
  if (stop === null || stop === undefined) return [];
  return (typeof stop === "string" ? [stop] : stop).filter((sequence) => sequence !== "");
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
  functions: undefined,
  function_call: undefined,
};
