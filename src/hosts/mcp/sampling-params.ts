/** TurnRequest to the params of `sampling/createMessage` (MCP 2025-11-25, Client features, Sampling). Pure functions. */
import { parseObject } from "../../turn/json-object.ts";
import { textOf, type MediaPart, type Message, type Part, type TextPart } from "../../turn/message.ts";
import type { Tool, TurnRequest } from "../../turn/request.ts";
import { REASONING } from "./sampling-stream.ts";

export interface SamplingSettings {
  /** Model names for `modelPreferences.hints`, the preferred first. */
  readonly hints: readonly string[];
  /** The limit when the client sends none; the protocol requires one. */
  readonly defaultMaxTokens: number;
  /** 0 to 1 each. */
  readonly priorities: {
    readonly intelligence: number | undefined;
    readonly speed: number | undefined;
    readonly cost: number | undefined;
  };
  readonly takes: HostTakes;
}

/** The fields that may be sent to a host: strict hosts refuse a request with an unknown field. */
export interface HostTakes {
  /** Several content blocks in a message; otherwise it is sent as several messages. */
  readonly contentArrays: boolean;
  readonly stopSequences: boolean;
  readonly temperature: boolean;
  readonly modelPreferences: boolean;
  /** The reasoning effort, and earlier reasoning of its model. */
  readonly reasoning: boolean;
}

type PlainBlock =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image" | "audio"; readonly mimeType: string; readonly data: string };

type Block = (
  | PlainBlock
  | { readonly type: "tool_use"; readonly id: string; readonly name: string; readonly input: object }
  | {
      readonly type: "tool_result";
      readonly toolUseId: string;
      readonly content: readonly PlainBlock[];
      readonly isError?: true;
    }
) & { readonly _meta?: object };

interface WireMessage {
  readonly role: "user" | "assistant";
  readonly content: Block | readonly Block[];
}

/** The params of a sampling request. Tools, calls and results may be in it only for a host that declares them. */
export function encodeSampling(
  request: TurnRequest,
  settings: SamplingSettings,
): Readonly<Record<string, unknown>> {
  const { hints, defaultMaxTokens, priorities, takes } = settings;
  const preferences = {
    ...(hints.length > 0 && { hints: hints.map((name) => ({ name })) }),
    ...(priorities.intelligence !== undefined && { intelligencePriority: priorities.intelligence }),
    ...(priorities.speed !== undefined && { speedPriority: priorities.speed }),
    ...(priorities.cost !== undefined && { costPriority: priorities.cost }),
  };
  const { systemPrompt, messages } = filled(
    textOf(request.system, "\n\n"),
    encodeMessages(request.messages, takes),
  );
  return {
    messages,
    maxTokens: request.maxTokens ?? defaultMaxTokens,
    ...(systemPrompt !== "" && { systemPrompt }),
    // Optional in the protocol, but some hosts fail without it, and one fails with it.
    ...(takes.modelPreferences && { modelPreferences: preferences }),
    ...(takes.temperature && request.temperature !== undefined && { temperature: request.temperature }),
    ...(takes.stopSequences && request.stopSequences.length > 0 && { stopSequences: request.stopSequences }),
    ...(takes.reasoning && request.thinking && { metadata: { [REASONING]: request.thinking } }),
    ...(request.tools.length > 0 && {
      tools: request.tools.map(encodeTool),
      toolChoice: encodeChoice(request),
    }),
  };
}

/** Models need a message to answer: without one, the system prompt becomes a message, or a placeholder if it is empty too. */
function filled(
  systemPrompt: string,
  messages: WireMessage[],
): { readonly systemPrompt: string; readonly messages: readonly WireMessage[] } {
  if (messages.length > 0) return { systemPrompt, messages };
  const text = systemPrompt === "" ? "(empty message)" : systemPrompt;
  return { systemPrompt: "", messages: [{ role: "user", content: { type: "text", text } }] };
}

function encodeMessages(
  messages: readonly Message[],
  { contentArrays, reasoning }: HostTakes,
): WireMessage[] {
  return messages.flatMap((message): WireMessage[] => {
    const role = message.role === "assistant" ? "assistant" : "user";
    const blocks = mergeText(encodeParts(message, reasoning));
    const [only] = blocks;
    if (only === undefined) return [];
    if (blocks.length === 1) return [{ role, content: only }];
    return contentArrays ? [{ role, content: blocks }] : blocks.map((content) => ({ role, content }));
  });
}

/** Sampling has no content type for reasoning: its signatures are attached to the block after it. */
function encodeParts({ role, parts }: Message, reasoning: boolean): Block[] {
  let signatures: string[] = [];
  return parts.flatMap((part) => {
    if (part.type === "reasoning" && part.signature !== undefined) signatures.push(part.signature);
    const blocks = encodePart(part, role);
    const [first, ...rest] = blocks;
    if (!reasoning || signatures.length === 0 || first === undefined) return blocks;
    const signed = { ...first, _meta: { [REASONING]: signatures } };
    signatures = [];
    return [signed, ...rest];
  });
}

function encodePart(part: Part, role: Message["role"]): Block[] {
  switch (part.type) {
    case "text":
      // Sampling has no system role inside the conversation; models know this tag from agents.
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
      return [{ type: "tool_use", id: part.id, name: part.name, input: inputOf(part.input) }];
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

/** The protocol requires an object for arguments; any other text is wrapped in one. */
function inputOf(json: string): object {
  return parseObject(json) ?? (json.trim() === "" ? {} : { unparsed: json });
}

function plainBlocks(part: TextPart | MediaPart): PlainBlock[] {
  if (part.type === "text") return part.text === "" ? [] : [{ type: "text", text: part.text }];
  return [{ type: part.type, mimeType: part.mimeType, data: part.data }];
}

function encodeTool({ name, description, inputSchema }: Tool): object {
  return { name, ...(description !== undefined && { description }), inputSchema: encodeSchema(inputSchema) };
}

/**
 * At the top of a tool's schema the protocol is stricter than JSON Schema: the type must be "object", properties must
 * be objects (JSON Schema also allows true and false), and absent members must not be null.
 */
function encodeSchema(schema: Tool["inputSchema"]): object {
  const { type: _, properties, required, ...rest } = schema;
  return {
    type: "object",
    ...(properties !== undefined && properties !== null && { properties: asObjects(properties) }),
    ...(required !== undefined && required !== null && { required }),
    ...rest,
  };
}

function asObjects(properties: object): object {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]: [string, unknown]) => {
      if (typeof schema !== "boolean") return [name, schema];
      return [name, schema ? {} : { not: {} }];
    }),
  );
}

/** The protocol has no choice of one tool; the polyfill for hosts with tools leaves only that tool in the request. */
function encodeChoice({ toolChoice }: TurnRequest): object {
  return { mode: toolChoice.type === "tool" ? "required" : toolChoice.type };
}

/** Joins neighbouring texts: some hosts read only the first block of a message. */
function mergeText(blocks: readonly Block[]): Block[] {
  const merged: Block[] = [];
  for (const block of blocks) {
    const last = merged.at(-1);
    if (block.type === "text" && last?.type === "text" && block._meta === undefined) {
      merged[merged.length - 1] = { ...last, text: `${last.text}\n\n${block.text}` };
    } else merged.push(block);
  }
  return merged;
}
