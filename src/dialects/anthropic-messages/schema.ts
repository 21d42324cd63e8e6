/**
 * The part of a Messages API request that we use, loosely: unknown fields are let through, and content blocks are
 * checked one by one as they are read, so that a kind we do not know costs that block and not the request
 * (Anthropic API reference, "Create a Message").
 */
import * as z from "zod";

const block = z.looseObject({ type: z.string() });

export const content = z.union([z.string(), z.array(block)]);

const message = z.looseObject({
  // `system` belongs to the beta of mid-conversation system messages, which may come without content.
  role: z.enum(["user", "assistant", "system"]),
  content: content.nullish(),
});

export const tool = z.looseObject({
  type: z.string().nullish(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  input_schema: z.record(z.string(), z.unknown()).nullish(),
  defer_loading: z.boolean().nullish(),
});

const format = z.looseObject({
  type: z.string(),
  schema: z.record(z.string(), z.unknown()).nullish(),
});

/** What counting tokens and creating a message have in common. */
export const promptRequest = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1),
  system: content.nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: z
    .looseObject({
      type: z.enum(["auto", "any", "tool", "none"]),
      name: z.string().nullish(),
      disable_parallel_tool_use: z.boolean().nullish(),
    })
    .nullish(),
  output_config: z.looseObject({ format: format.nullish(), effort: z.string().nullish() }).nullish(),
  output_format: format.nullish(),
  metadata: z.looseObject({ user_id: z.string().nullish() }).nullish(),
  thinking: z.looseObject({ type: z.string(), budget_tokens: z.number().nullish() }).nullish(),
  thread: z.unknown().optional(),
});

export const messagesRequest = promptRequest.extend({
  max_tokens: z.number().int().positive(),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  stop_sequences: z.array(z.string()).nullish(),
});

/** Content blocks by type, as far as we read them. */
export const blocks = {
  text: z.looseObject({ text: z.string() }),
  image: z.looseObject({
    source: z.looseObject({
      type: z.string(),
      media_type: z.string().nullish(),
      data: z.string().nullish(),
      url: z.string().nullish(),
    }),
  }),
  document: z.looseObject({
    source: z.looseObject({ type: z.string(), data: z.string().nullish(), content: content.nullish() }),
    title: z.string().nullish(),
    context: z.string().nullish(),
  }),
  toolReference: z.looseObject({ tool_name: z.string() }),
  toolUse: z.looseObject({
    id: z.string(),
    name: z.string(),
    input: z.record(z.string(), z.unknown()).nullish(),
  }),
  toolResult: z.looseObject({
    tool_use_id: z.string(),
    content: content.nullish(),
    is_error: z.boolean().nullish(),
  }),
  thinking: z.looseObject({ thinking: z.string(), signature: z.string().nullish() }),
  redacted: z.looseObject({ data: z.string() }),
  toolChange: z.looseObject({
    tool: z.looseObject({ name: z.string().nullish(), definition: tool.nullish() }),
  }),
  /** What may hold readable text in a block of any kind. */
  other: z.looseObject({
    title: z.string().nullish().catch(undefined),
    source: z.string().nullish().catch(undefined),
    url: z.string().nullish().catch(undefined),
    text: z.string().nullish().catch(undefined),
    content: content.nullish().catch(undefined),
  }),
} as const;

export type PromptRequest = z.output<typeof promptRequest>;
export type Content = z.output<typeof content>;
export type Block = z.output<typeof block>;
export type WireTool = z.output<typeof tool>;
