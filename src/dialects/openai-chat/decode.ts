import { BridgeError } from "../../turn/error.ts";
import type { MediaPart, Message, Part, TextPart } from "../../turn/message.ts";
import { addNotice, type Notice } from "../../turn/notice.ts";
import type { ResponseFormat, Tool, ToolChoice, TurnRequest } from "../../turn/request.ts";
import { conversationOf } from "../conversation.ts";
import { mediaFromUrl } from "../media.ts";
import { toPrompt, type Prompt } from "../prompt.ts";
import { validate } from "../validate.ts";
import { chatRequest, type ChatContent, type ChatMessage, type ChatRequest } from "./schema.ts";

export interface DecodedChat {
  readonly request: TurnRequest;
  readonly notices: readonly Notice[];
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

/**
 * A chat completion request in neutral form.
 *
 * @throws BridgeError `invalid_request`, or `unsupported_feature` for what must not be ignored.
 */
export function decode(body: unknown, headers: Headers): DecodedChat {
  const chat = validate(chatRequest, body);
  if (chat.n !== undefined && chat.n !== null && chat.n !== 1) {
    throw new BridgeError(
      "unsupported_feature",
      "n: only one choice per request is supported; send n requests.",
      {
        param: "n",
      },
    );
  }
  const notices: Notice[] = [];
  const { system, messages } = decodeMessages(chat.messages, notices);
  return {
    request: {
      model: chat.model,
      system,
      messages,
      tools: decodeTools(chat, notices),
      toolChoice: decodeToolChoice(chat),
      parallelToolCalls: chat.parallel_tool_calls ?? true,
      responseFormat: decodeFormat(chat),
      maxTokens: chat.max_completion_tokens ?? chat.max_tokens ?? undefined,
      temperature: chat.temperature ?? undefined,
      stopSequences: decodeStop(chat.stop),
      conversation: conversationOf(headers),
    },
    notices: noticeIgnored(chat, notices),
    stream: chat.stream ?? false,
    includeUsage: chat.stream_options?.include_usage ?? false,
  };
}

function decodeMessages(source: readonly ChatMessage[], notices: Notice[]): Prompt {
  return toPrompt(
    [],
    source.map((message, index) => decodeMessage(message, `messages.${index}.content`, notices)),
  );
}

function decodeMessage(message: ChatMessage, at: string, notices: Notice[]): Message {
  const parts = decodeContent(message.content, at, notices);
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", parts };
    case "user":
      return { role: "user", parts };
    case "assistant":
      return { role: "assistant", parts: [...parts, ...decodeCalls(message)] };
    case "tool":
    case "function": {
      const callId = message.tool_call_id ?? message.name ?? "";
      return { role: "user", parts: [{ type: "tool-result", callId, content: parts, isError: false }] };
    }
    default:
      return message.role satisfies never;
  }
}

function decodeContent(
  content: ChatContent | null | undefined,
  param: string,
  notices: Notice[],
): (TextPart | MediaPart)[] {
  if (content === null || content === undefined || content === "") return [];
  if (typeof content === "string") return [{ type: "text", text: content }];
  const parts: (TextPart | MediaPart)[] = [];
  content.forEach((part, index) => {
    switch (part.type) {
      case "text":
        if (part.text !== "") parts.push({ type: "text", text: part.text });
        break;
      case "refusal":
        parts.push({ type: "text", text: part.refusal });
        break;
      case "image_url":
        parts.push(mediaFromUrl(part.image_url, `${param}.${index}.image_url`));
        break;
      case "input_audio":
        parts.push({
          type: "audio",
          mimeType: `audio/${part.input_audio.format}`,
          data: part.input_audio.data,
        });
        break;
      case "file":
        addNotice(notices, { code: "files-ignored", message: "Files cannot be sent to an MCP host." });
        break;
      default:
        part satisfies never;
    }
  });
  return parts;
}

function decodeCalls(message: ChatMessage): Part[] {
  return (message.tool_calls ?? []).flatMap((call) =>
    call.function === null || call.function === undefined
      ? []
      : [
          {
            type: "tool-call" as const,
            id: call.id,
            name: call.function.name,
            input: call.function.arguments,
          },
        ],
  );
}

function decodeTools(chat: ChatRequest, notices: Notice[]): Tool[] {
  const tools: Tool[] = [];
  for (const tool of chat.tools ?? []) {
    if (tool.function === null || tool.function === undefined) {
      addNotice(notices, { code: "tool-kind-ignored", message: "Only function tools are supported." });
      continue;
    }
    const { name, description, parameters } = tool.function;
    tools.push({
      name,
      inputSchema: parameters ?? { type: "object", properties: {} },
      ...(typeof description === "string" && { description }),
    });
  }
  return tools;
}

function decodeToolChoice(chat: ChatRequest): ToolChoice {
  const choice = chat.tool_choice ?? "auto";
  if (typeof choice === "string") return { type: choice };
  return choice.function?.name === undefined
    ? { type: "auto" }
    : { type: "tool", name: choice.function.name };
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

const IGNORED = [
  "top_p",
  "seed",
  "frequency_penalty",
  "presence_penalty",
  "logit_bias",
  "logprobs",
  "top_logprobs",
];

function noticeIgnored(chat: ChatRequest, notices: Notice[]): readonly Notice[] {
  const sent = IGNORED.filter(
    (field) => chat[field] !== undefined && chat[field] !== null && chat[field] !== false,
  );
  if (sent.length > 0) {
    addNotice(notices, {
      code: "parameters-ignored",
      message: `MCP sampling has no ${sent.join(", ")}.`,
    });
  }
  return notices;
}
