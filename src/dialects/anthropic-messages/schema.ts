/**
 * The part of a Messages API request that we use; content blocks are checked one by one as they are read, by their kind
 * (Anthropic API reference, "Create a Message").
 */
import * as z from "zod";
import { anyMessage } from "../any-message.ts";
import { anyContent } from "../any-part.ts";
import { anyChoice, anyTool } from "../any-tool.ts";
import { LONGEST, MOST } from "../limits.ts";
import { id, list, name } from "../shapes.ts";

/** A system message in the middle of a conversation may say how hard to think from there on. */
const message = anyMessage.extend({
  output_config: z.object({ effort: z.string().nullish() }).nullish().catch(undefined),
});

const format = z.object({
  type: name,
  schema: z.unknown().optional(),
});

/** What counting tokens and creating a message have in common. */
export const promptRequest = z.object({
  model: name,
  messages: list(message, MOST.messages).refine((messages) => messages.length > 0, "must not be empty"),
  system: anyContent.nullish(),
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
  toolResult: z.object({
    tool_use_id: id,
    content: anyContent.nullish(),
    is_error: z.boolean().nullish(),
  }),
  toolChange: z.object({
    tool: z.object({ name: name.nullish(), definition: anyTool.nullish() }),
  }),
} as const;

export type PromptRequest = z.output<typeof promptRequest>;
export type { TypedPart as Block } from "../any-part.ts";
export type { AnyTool as WireTool } from "../any-tool.ts";
export type WireMessage = z.output<typeof message>;
