/**
 * The part of a Messages API request that we use; content blocks are checked one by one as they are read, by their kind
 * (Anthropic API reference, "Create a Message").
 */
import * as z from "zod";
import { anyChoice, anyTool } from "../any-tool.ts";
import { LONGEST, MOST } from "../limits.ts";
import { id, jsonObject, list, name, typedObject } from "../shapes.ts";

export const content = z.union([z.string(), list(typedObject, MOST.parts)]);

/** A call as chat completions have it; its arguments are JSON text. */
const chatCall = z.object({
  id,
  function: z.object({ name, arguments: z.union([z.string(), jsonObject]).nullish() }),
});

const message = z.object({
  // `system` belongs to the beta of mid-conversation system messages, which may come without content; `tool`, and what
  // else is OpenAI's, comes from agents that write histories for both.
  role: z.enum(["user", "assistant", "system", "developer", "tool"]),
  content: content.nullish(),
  tool_calls: list(chatCall, MOST.parts).nullish(),
  tool_call_id: id.nullish(),
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
  tools: list(anyTool, MOST.tools).nullish(),
  tool_choice: anyChoice,
  output_config: z.object({ format: format.nullish(), effort: z.string().nullish() }).nullish(),
  output_format: format.nullish(),
  metadata: z.object({ user_id: z.string().nullish() }).nullish(),
  thinking: z.object({ type: name, budget_tokens: z.number().nullish() }).nullish(),
  thread: z.unknown().optional(),
});

const stopSequence = z.string().max(LONGEST.stopSequence);

export const messagesRequest = promptRequest.extend({
  /** None at all: the prompt shall only be made ready (cached). */
  max_tokens: z.number().int().min(0),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  stop_sequences: list(stopSequence, MOST.stopSequences).nullish(),
  /** As chat completions have it. */
  stop: z.union([stopSequence, list(stopSequence, MOST.stopSequences)]).nullish(),
});

/** Content blocks by type, as far as we read them. */
export const blocks = {
  toolReference: z.object({ tool_name: name }),
  toolResult: z.object({
    tool_use_id: id,
    content: content.nullish(),
    is_error: z.boolean().nullish(),
  }),
  toolChange: z.object({
    tool: z.object({ name: name.nullish(), definition: anyTool.nullish() }),
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
export type { AnyTool as WireTool } from "../any-tool.ts";
export type WireMessage = z.output<typeof message>;
