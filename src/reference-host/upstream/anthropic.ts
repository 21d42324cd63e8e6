/** Anthropic's messages. Pure mapping. */
import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import { anthropicReader } from "./anthropic-stream.ts";
import { anthropicAdaptations, budgetWithin } from "./anthropic-adapt.ts";
import { resultParts, type Block } from "./content.ts";
import { endpointBelow, thinkingIn, UpstreamError, type GivenBlock, type UpstreamApi } from "./upstream.ts";

export const anthropic: UpstreamApi = {
  name: "anthropic",
  endpoint: (base) => endpointBelow(base, "/messages"),
  headers: (key) => ({
    "anthropic-version": "2023-06-01",
    ...(key !== undefined && { "x-api-key": key }),
  }),
  body({ params, messages, model }) {
    const { systemPrompt, maxTokens, temperature, stopSequences = [], tools, toolChoice } = params;
    const forced = tools !== undefined && toolChoice?.mode === "required";
    const thought = thinkingMembers(params, forced);
    const thinks = thought.thinking !== undefined && thought.thinking.type !== "disabled";
    // The vendor refuses a stop sequence of white space; the bridge cuts by itself.
    const stops = stopSequences.filter((sequence) => sequence.trim() !== "");
    return {
      model,
      ...(systemPrompt !== undefined && { system: systemPrompt }),
      messages: messages.map((message) => ({
        role: message.role,
        content: message.blocks.flatMap(encodeGiven),
      })),
      max_tokens: maxTokens,
      // The vendor takes no temperature while the model thinks, and none above 1.
      ...(temperature !== undefined && !thinks && { temperature: Math.min(temperature, 1) }),
      ...thought,
      ...(stops.length > 0 && { stop_sequences: stops }),
      ...(tools !== undefined && { tools: tools.map(encodeTool) }),
      ...(tools !== undefined &&
        toolChoice?.mode !== undefined && { tool_choice: { type: CHOICES[toolChoice.mode] } }),
      stream: true,
    };
  },
  reader: anthropicReader,
  adaptations: anthropicAdaptations,
};

interface Thought {
  readonly thinking?: { readonly type: string; readonly budget_tokens?: number };
  readonly output_config?: { readonly effort: string };
}

/** A model that must call a tool cannot think before; a budget is in the vendor's bounds. */
function thinkingMembers(params: CreateMessageRequestParams, forced: boolean): Thought {
  const { enabled, effort, budgetTokens } = thinkingIn(params);
  const output =
    effort === undefined ? {} : { output_config: { effort: effort === "minimal" ? "low" : effort } };
  if (enabled === undefined) return output;
  if (!enabled || forced) return enabled ? output : { thinking: { type: "disabled" }, ...output };
  if (budgetTokens === undefined) return { thinking: { type: "adaptive" }, ...output };
  const budget = budgetWithin(budgetTokens, params.maxTokens);
  return budget === undefined ? output : { thinking: { type: "enabled", budget_tokens: budget }, ...output };
}

const CHOICES = { auto: "auto", required: "any", none: "none" } as const;

type Tool = NonNullable<CreateMessageRequestParams["tools"]>[number];

function encodeTool({ name, description, inputSchema }: Tool): object {
  return { name, ...(description !== undefined && { description }), input_schema: inputSchema };
}

function encodeGiven({ block, kept }: GivenBlock): object[] {
  const thoughts = kept.flatMap((item) => (item.type === "block" ? [item.block] : []));
  return [...thoughts, encodeBlock(block)];
}

/** The vendor takes no other characters; both halves of a call change alike. */
function encodeId(id: string): string {
  return id.replaceAll(/[^A-Za-z0-9_-]/g, "_");
}

function encodeBlock(block: Block): object {
  switch (block.type) {
    case "text":
      return { type: "text", text: block.text };
    case "image":
      return {
        type: "image",
        source: { type: "base64", media_type: block.mimeType, data: block.data },
      };
    case "audio":
      throw new UpstreamError("This upstream does not take audio.");
    case "tool_use":
      return { type: "tool_use", id: encodeId(block.id), name: block.name, input: block.input };
    case "tool_result":
      return {
        type: "tool_result",
        tool_use_id: encodeId(block.toolUseId),
        content: resultParts(block).map(encodeBlock),
        ...(block.isError === true && { is_error: true }),
      };
    default:
      return block satisfies never;
  }
}
