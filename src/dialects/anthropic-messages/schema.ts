/**
 * The part of a Messages API request that we use; content blocks are checked one by one as they are read, by their kind
 * (Anthropic API reference, "Create a Message").
 */
import * as z from "zod";
import { LONGEST, MOST } from "../limits.ts";
import { id, jsonObject, list, name, typedObject } from "../shapes.ts";

export const content = z.union([z.string(), list(typedObject, MOST.parts)]);

const message = z.object({
  // `system` belongs to the beta of mid-conversation system messages, which may come without content.
  role: z.enum(["user", "assistant", "system"]),
  content: content.nullish(),
});

export const tool = z.object({
  type: name.nullish(),
  name: name.nullish(),
  description: z.string().nullish(),
  input_schema: jsonObject.nullish(),
  defer_loading: z.boolean().nullish(),
});

const format = z.object({
  type: name,
  schema: jsonObject.nullish(),
});

/** What counting tokens and creating a message have in common. */
export const promptRequest = z.object({
  model: name,
  messages: list(message, MOST.messages).refine((messages) => messages.length > 0, "must not be empty"),
  system: content.nullish(),
  tools: list(tool, MOST.tools).nullish(),
  tool_choice: z
    .object({
      type: z.enum(["auto", "any", "tool", "none"]),
      name: name.nullish(),
      disable_parallel_tool_use: z.boolean().nullish(),
    })
    .nullish(),
  output_config: z.object({ format: format.nullish(), effort: z.string().nullish() }).nullish(),
  output_format: format.nullish(),
  metadata: z.object({ user_id: z.string().nullish() }).nullish(),
  thinking: z.object({ type: name, budget_tokens: z.number().nullish() }).nullish(),
  thread: z.unknown().optional(),
});

export const messagesRequest = promptRequest.extend({
  max_tokens: z.number().int().positive(),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  stop_sequences: list(z.string().max(LONGEST.stopSequence), MOST.stopSequences).nullish(),
});

/** Content blocks by type, as far as we read them. */
export const blocks = {
  text: z.object({ text: z.string() }),
  image: z.object({
    source: z.object({
      type: name,
      media_type: name.nullish(),
      data: z.string().nullish(),
      url: z.string().nullish(),
    }),
  }),
  document: z.object({
    source: z.object({ type: name, data: z.string().nullish(), content: content.nullish() }),
    title: z.string().nullish(),
    context: z.string().nullish(),
  }),
  toolReference: z.object({ tool_name: name }),
  toolUse: z.object({
    id,
    name,
    input: jsonObject.nullish(),
  }),
  toolResult: z.object({
    tool_use_id: id,
    content: content.nullish(),
    is_error: z.boolean().nullish(),
  }),
  thinking: z.object({ thinking: z.string(), signature: z.string().nullish() }),
  redacted: z.object({ data: z.string() }),
  toolChange: z.object({
    tool: z.object({ name: name.nullish(), definition: tool.nullish() }),
  }),
  /** What may hold readable text in a block of any kind. */
  other: z.object({
    title: z.string().nullish().catch(undefined),
    source: z.string().nullish().catch(undefined),
    url: z.string().nullish().catch(undefined),
    text: z.string().nullish().catch(undefined),
    content: content.nullish().catch(undefined),
  }),
} as const;

export type PromptRequest = z.output<typeof promptRequest>;
export type Content = z.output<typeof content>;
export type Block = z.output<typeof typedObject>;
export type WireTool = z.output<typeof tool>;
