/**
 * TurnRequest to `sampling/createMessage` params, and its result to the parts of an answer (MCP 2025-11-25,
 * Client features, Sampling). Pure functions.
 */
import * as z from "zod";
import { BridgeError } from "../../turn/error.ts";
import type { StopReason } from "../../turn/event.ts";
import { textOf, type Message, type Part } from "../../turn/message.ts";
import type { TurnRequest } from "../../turn/request.ts";

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

type Block =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image" | "audio"; readonly mimeType: string; readonly data: string };

interface WireMessage {
  readonly role: "user" | "assistant";
  readonly content: Block | readonly Block[];
}

/** The params of a sampling request. Tool calls and results must have been rendered as text before. */
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
      if (part.text === "") return [];
      // Sampling has no system role inside the conversation; the tag is the one models know from agents.
      return [
        {
          type: "text",
          text: role === "system" ? `<system-reminder>\n${part.text}\n</system-reminder>` : part.text,
        },
      ];
    case "image":
    case "audio":
      return [{ type: part.type, mimeType: part.mimeType, data: part.data }];
    case "reasoning":
      return [];
    case "tool-call":
    case "tool-result":
      throw new BridgeError("internal", "A tool block reached a host without tools.");
    default:
      return part satisfies never;
  }
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

const text = z.string().nullish();
const block = z.union([z.looseObject({ type: text, text }), z.string()]);

/** Looser than the protocol: hosts leave out `model` and `stopReason`, and send one block, several or a bare text. */
const samplingResult = z.looseObject({
  model: text,
  stopReason: text,
  content: z.union([block, z.array(block)]),
});

export interface SamplingAnswer {
  readonly model: string | undefined;
  readonly text: string;
  readonly stopReason: StopReason;
}

/** @throws BridgeError `host_failed` when it is no sampling result. */
export function decodeSampling(result: unknown): SamplingAnswer {
  const parsed = samplingResult.safeParse(result);
  if (!parsed.success) {
    throw new BridgeError("host_failed", "The MCP host's answer is not a sampling result.", {
      cause: parsed.error,
    });
  }
  const { content, model, stopReason } = parsed.data;
  const blocks = Array.isArray(content) ? content : [content];
  return {
    model: model === null || model === "" ? undefined : model,
    text: blocks.map(blockText).join(""),
    stopReason: decodeStopReason(stopReason ?? undefined),
  };
}

function blockText(content: z.infer<typeof block>): string {
  if (typeof content === "string") return content;
  return content.type === "text" || content.type === undefined ? (content.text ?? "") : "";
}

function decodeStopReason(raw: string | undefined): StopReason {
  if (raw === undefined) return { unified: "end" };
  if (raw === "maxTokens") return { unified: "max-tokens", raw };
  if (raw === "stopSequence") return { unified: "stop-sequence", raw };
  return { unified: "end", raw };
}
