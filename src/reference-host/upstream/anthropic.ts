/** Anthropic's messages. Pure mapping. */
import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import { anthropicReader } from "./anthropic-stream.ts";
import { blocksOf, resultParts, type Block } from "./content.ts";
import { endpointBelow, UpstreamError, type UpstreamApi } from "./upstream.ts";

export const anthropic: UpstreamApi = {
  endpoint: (base) => endpointBelow(base, "/messages"),
  headers: (key) => ({
    "anthropic-version": "2023-06-01",
    ...(key !== undefined && { "x-api-key": key }),
  }),
  body(params, model) {
    const { systemPrompt, messages, maxTokens, temperature, stopSequences = [], tools, toolChoice } = params;
    return {
      model,
      ...(systemPrompt !== undefined && { system: systemPrompt }),
      messages: messages.map((message) => ({
        role: message.role,
        content: blocksOf(message).map(encodeBlock),
      })),
      max_tokens: maxTokens,
      ...(temperature !== undefined && { temperature }),
      ...(stopSequences.length > 0 && { stop_sequences: stopSequences }),
      ...(tools !== undefined && { tools: tools.map(encodeTool) }),
      ...(tools !== undefined &&
        toolChoice?.mode !== undefined && { tool_choice: { type: CHOICES[toolChoice.mode] } }),
      stream: true,
    };
  },
  reader: anthropicReader,
};

const CHOICES = { auto: "auto", required: "any", none: "none" } as const;

type Tool = NonNullable<CreateMessageRequestParams["tools"]>[number];

function encodeTool({ name, description, inputSchema }: Tool): object {
  return { name, ...(description !== undefined && { description }), input_schema: inputSchema };
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
      return { type: "tool_use", id: block.id, name: block.name, input: block.input };
    case "tool_result":
      return {
        type: "tool_result",
        tool_use_id: block.toolUseId,
        content: resultParts(block).map(encodeBlock),
        ...(block.isError === true && { is_error: true }),
      };
    default:
      return block satisfies never;
  }
}
