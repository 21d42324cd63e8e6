/**
 * The part of a chat completion request that we use: what a client sends as null counts as absent, and content parts are
 * checked one by one as they are read, by their kind (OpenAI API reference, "Create chat completion").
 */
import * as z from "zod";
import { anyMessage } from "../any-message.ts";
import { anyContent } from "../any-part.ts";
import { anyChoice, anyTool } from "../any-tool.ts";
import { LONGEST, MOST } from "../limits.ts";
import { list, name } from "../shapes.ts";

/** Each choice is a request to the host, and may be a question to its person. */
const MOST_CHOICES = 8;

const stopSequence = z.string().max(LONGEST.stopSequence);

/** A function of the form before tools. */
const legacyFunction = z.object({
  name,
  description: z.string().nullish(),
  parameters: z.unknown().optional(),
});

export const chatRequest = z.object({
  model: name,
  messages: list(anyMessage, MOST.messages).refine((messages) => messages.length > 0, "must not be empty"),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  stop: z.union([stopSequence, list(stopSequence, MOST.stopSequences)]).nullish(),
  n: z
    .number()
    .int()
    .min(1, "must be at least 1")
    .max(MOST_CHOICES, `the bridge gives at most ${MOST_CHOICES} answers to one request`)
    .nullish(),
  user: z.string().nullish(),
  tools: list(anyTool, MOST.tools).nullish(),
  tool_choice: anyChoice,
  functions: list(legacyFunction, MOST.tools).nullish(),
  function_call: z.union([z.enum(["none", "auto"]), z.object({ name })]).nullish(),
  /** As the Messages API has them. */
  system: anyContent.nullish(),
  stop_sequences: list(stopSequence, MOST.stopSequences).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning_effort: z.string().nullish(),
  response_format: z
    .object({
      type: name,
      json_schema: z
        .object({
          name: name.nullish(),
          schema: z.unknown().optional(),
        })
        .nullish(),
    })
    .nullish(),
});

export type ChatRequest = z.output<typeof chatRequest>;
