/** TurnRequest to the params of `sampling/createMessage` (MCP 2025-11-25, Client features, Sampling). Pure functions. */
import { parseObject } from "../../turn/json-object.ts";
import { textOf, type MediaPart, type Message, type Part, type TextPart } from "../../turn/message.ts";
import type { Tool, TurnRequest } from "../../turn/request.ts";

export interface SamplingSettings {
  /** Model names for `modelPreferences.hints`, the preferred first. */
  readonly hints: readonly string[];
  /** Used when the client names no limit; the protocol requires one. */
  readonly defaultMaxTokens: number;
  /** 0 to 1 each. */
  readonly priorities: {
    readonly intelligence: number | undefined;
    readonly speed: number | undefined;
    readonly cost: number | undefined;
  };
  /** Whether a message may hold several content blocks; else it is sent as several messages. */
  readonly contentArrays: boolean;
}

type PlainBlock =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image" | "audio"; readonly mimeType: string; readonly data: string };

type Block =
  | PlainBlock
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly input: object }
  | {
      readonly type: "tool_result";
      readonly toolUseId: string;
      readonly content: readonly PlainBlock[];
      readonly isError?: true;
    };

interface WireMessage {
  readonly role: "user" | "assistant";
  readonly content: Block | readonly Block[];
}

/** The params of a sampling request. Tools and their calls and results may be in it only for a host that declares them. */
export function encodeSampling(
  request: TurnRequest,
  settings: SamplingSettings,
): Readonly<Record<string, unknown>> {
  const { hints, defaultMaxTokens, priorities, contentArrays } = settings;
  const preferences = {
    ...(hints.length > 0 && { hints: hints.map((name) => ({ name })) }),
    ...(priorities.intelligence !== undefined && { intelligencePriority: priorities.intelligence }),
    ...(priorities.speed !== undefined && { speedPriority: priorities.speed }),
    ...(priorities.cost !== undefined && { costPriority: priorities.cost }),
  };
  const { systemPrompt, messages } = filled(
    textOf(request.system, "\n\n"),
    encodeMessages(request.messages, contentArrays),
  );
  return {
    messages,
    maxTokens: request.maxTokens ?? defaultMaxTokens,
    ...(systemPrompt !== "" && { systemPrompt }),
    ...(Object.keys(preferences).length > 0 && { modelPreferences: preferences }),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(request.stopSequences.length > 0 && { stopSequences: request.stopSequences }),
    ...(request.tools.length > 0 && {
      tools: request.tools.map(encodeTool),
      toolChoice: encodeChoice(request),
    }),
  };
}

/** Models need a message to answer: the system prompt becomes one where there is none, and silence is said. */
function filled(
  systemPrompt: string,
  messages: WireMessage[],
): { readonly systemPrompt: string; readonly messages: readonly WireMessage[] } {
  if (messages.length > 0) return { systemPrompt, messages };
  const text = systemPrompt === "" ? "(empty message)" : systemPrompt;
  return { systemPrompt: "", messages: [{ role: "user", content: { type: "text", text } }] };
}

function encodeMessages(messages: readonly Message[], contentArrays: boolean): WireMessage[] {
  return messages.flatMap((message): WireMessage[] => {
    const role = message.role === "assistant" ? "assistant" : "user";
    const blocks = mergeText(message.parts.flatMap((part) => encodePart(part, message.role)));
    const [only] = blocks;
    if (only === undefined) return [];
    if (blocks.length === 1) return [{ role, content: only }];
    return contentArrays ? [{ role, content: blocks }] : blocks.map((content) => ({ role, content }));
  });
}

function encodePart(part: Part, role: Message["role"]): Block[] {
  switch (part.type) {
    case "text":
      // Sampling has no system role inside the conversation; the tag is the one models know from agents.
      return plainBlocks(
        role === "system" && part.text !== ""
          ? { type: "text", text: `<system-reminder>\n${part.text}\n</system-reminder>` }
          : part,
      );
    case "image":
    case "audio":
      return plainBlocks(part);
    case "reasoning":
      return [];
    case "tool-call":
      return [{ type: "tool_use", id: part.id, name: part.name, input: parseObject(part.input) ?? {} }];
    case "tool-result":
      return [
        {
          type: "tool_result",
          toolUseId: part.callId,
          content: part.content.flatMap(plainBlocks),
          ...(part.isError && { isError: true }),
        },
      ];
    default:
      return part satisfies never;
  }
}

function plainBlocks(part: TextPart | MediaPart): PlainBlock[] {
  if (part.type === "text") return part.text === "" ? [] : [{ type: "text", text: part.text }];
  return [{ type: part.type, mimeType: part.mimeType, data: part.data }];
}

function encodeTool({ name, description, inputSchema }: Tool): object {
  return {
    name,
    ...(description !== undefined && { description }),
    inputSchema: { type: "object", ...inputSchema },
  };
}

/** The protocol knows no choice of one tool; the polyfill for hosts with tools leaves only that tool in the request. */
function encodeChoice({ toolChoice }: TurnRequest): object {
  return { mode: toolChoice.type === "tool" ? "required" : toolChoice.type };
}

/** Joins neighbouring texts: some hosts read only the first block of a message. */
function mergeText(blocks: readonly Block[]): Block[] {
  const merged: Block[] = [];
  for (const block of blocks) {
    const last = merged.at(-1);
    if (block.type === "text" && last?.type === "text") {
      merged[merged.length - 1] = { type: "text", text: `${last.text}\n\n${block.text}` };
    } else merged.push(block);
  }
  return merged;
}
