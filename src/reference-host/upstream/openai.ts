/** OpenAI's chat completions, which Ollama, LM Studio, llama.cpp, vLLM and most clouds speak. Pure mapping. */
import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import { resultParts, type Media, type Text, type ToolUse } from "./content.ts";
import type { Kept } from "./kept.ts";
import { openaiAdaptations } from "./openai-adapt.ts";
import { openaiReader } from "./openai-stream.ts";
import {
  endpointBelow,
  thinkingIn,
  UpstreamError,
  type GivenBlock,
  type GivenMessage,
  type UpstreamApi,
} from "./upstream.ts";

/** Compatible servers know only the older name of the token limit; OpenAI's newer models only the newer one. */
const OPENAI = "api.openai.com";

export const openai: UpstreamApi = {
  name: "openai",
  endpoint: (base) => endpointBelow(base, "/chat/completions"),
  headers: (key) => (key === undefined ? {} : { authorization: `Bearer ${key}` }),
  body({ params, messages, model, endpoint }) {
    const { systemPrompt, maxTokens, temperature, stopSequences = [], tools, toolChoice } = params;
    const effort = effortOf(thinkingIn(params));
    return {
      model,
      messages: [
        ...(systemPrompt === undefined ? [] : [{ role: "system", content: systemPrompt }]),
        ...messages.flatMap(encodeMessage),
      ],
      [endpoint.hostname === OPENAI ? "max_completion_tokens" : "max_tokens"]: maxTokens,
      ...(temperature !== undefined && { temperature }),
      ...(stopSequences.length > 0 && { stop: stopSequences }),
      ...(tools !== undefined && { tools: tools.map(encodeTool) }),
      ...(tools !== undefined && toolChoice?.mode !== undefined && { tool_choice: toolChoice.mode }),
      ...(effort !== undefined && { reasoning_effort: effort }),
      stream: true,
      stream_options: { include_usage: true },
    };
  },
  reader: openaiReader,
  adaptations: openaiAdaptations,
};

/** Tokens of thinking from which on an effort is meant. */
const MEDIUM_FROM = 2048;
const HIGH_FROM = 8192;

/** OpenAI's effort; thinking that is asked for without a measure is the model's own default. */
function effortOf({ enabled, effort, budgetTokens }: ReturnType<typeof thinkingIn>): string | undefined {
  if (enabled === false) return "none";
  if (effort !== undefined) return effort;
  if (budgetTokens === undefined) return undefined;
  if (budgetTokens < MEDIUM_FROM) return "low";
  return budgetTokens < HIGH_FROM ? "medium" : "high";
}

type Tool = NonNullable<CreateMessageRequestParams["tools"]>[number];

function encodeTool({ name, description, inputSchema }: Tool): object {
  return {
    type: "function",
    function: { name, ...(description !== undefined && { description }), parameters: inputSchema },
  };
}

function encodeMessage({ role, blocks }: GivenMessage): object[] {
  return role === "assistant" ? [encodeAssistant(blocks)] : encodeUser(blocks.map(({ block }) => block));
}

function encodeAssistant(given: readonly GivenBlock[]): object {
  const blocks = given.map(({ block }) => block);
  const calls = blocks.filter((block) => block.type === "tool_use");
  const text = blocks.map((block) => (block.type === "text" ? block.text : "")).join("");
  // Only calls need the reasoning that led to them; some servers refuse it elsewhere.
  const kept = calls.length === 0 ? [] : given.flatMap((each) => each.kept);
  return {
    role: "assistant",
    content: text === "" && calls.length > 0 ? null : text,
    ...reasoningMembers(kept),
    ...(calls.length > 0 && { tool_calls: calls.map((call) => encodeCall(call, kept)) }),
  };
}

function reasoningMembers(kept: readonly Kept[]): object {
  const texts = new Map<string, string>();
  const details: object[] = [];
  for (const item of kept) {
    if (item.type === "text") texts.set(item.member, (texts.get(item.member) ?? "") + item.text);
    if (item.type === "details") details.push(...item.details);
  }
  return { ...Object.fromEntries(texts), ...(details.length > 0 && { reasoning_details: details }) };
}

function encodeCall({ id, name, input }: ToolUse, kept: readonly Kept[]): object {
  const members = kept.findLast((item) => item.type === "call" && item.id === id);
  return {
    ...(members?.type === "call" && members.members),
    id,
    type: "function",
    function: { name, arguments: JSON.stringify(input) },
  };
}

/** Results of tools are messages of their own, of text only; their images follow as the user's. */
function encodeUser(blocks: readonly GivenBlock["block"][]): object[] {
  const results: object[] = [];
  const parts: object[] = [];
  for (const block of blocks) {
    if (block.type === "tool_result") {
      const given = resultParts(block);
      const texts = given.filter((part) => part.type === "text");
      const content = texts.map((part) => part.text).join("\n");
      results.push({ role: "tool", tool_call_id: block.toolUseId, content });
      for (const part of given) if (part.type !== "text") parts.push(encodePart(part));
    } else if (block.type !== "tool_use") parts.push(encodePart(block));
  }
  if (parts.length === 0) return results;
  const [only] = blocks;
  const plain = blocks.length === 1 && only?.type === "text" ? only.text : undefined;
  return [...results, { role: "user", content: plain ?? parts }];
}

const AUDIO: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "audio/wav": "wav",
    "audio/x-wav": "wav",
    "audio/wave": "wav",
    "audio/mpeg": "mp3",
    "audio/mp3": "mp3",
  }),
);

function encodePart(block: Text | Media): object {
  if (block.type === "text") return { type: "text", text: block.text };
  if (block.type === "image") {
    return { type: "image_url", image_url: { url: `data:${block.mimeType};base64,${block.data}` } };
  }
  const format = AUDIO.get(block.mimeType);
  if (format === undefined) {
    throw new UpstreamError(`This upstream takes audio as wav or mp3 and not as ${block.mimeType}.`);
  }
  return { type: "input_audio", input_audio: { data: block.data, format } };
}
