/**
 * The part of a chat completion request that we use: what a client sends as null counts as absent, and content parts are
 * checked one by one as they are read, by their kind (OpenAI API reference, "Create chat completion").
 */
import * as z from "zod";
import { LONGEST, MOST } from "../limits.ts";
import { id, jsonObject, list, name, typedObject } from "../shapes.ts";

/** Each choice is a request to the host, and may be a question to its person. */
const MOST_CHOICES = 8;

const content = z.union([z.string(), list(z.union([z.string(), typedObject]), MOST.parts)]);

/** Arguments are JSON text; some clients send the object itself. */
const callArguments = z.union([z.string(), jsonObject.transform((value) => JSON.stringify(value))]).nullish();

const calledFunction = z.object({ name, arguments: callArguments });

const toolCall = z.object({
  id: id.nullish(),
  type: name.nullish(),
  function: calledFunction.nullish(),
  custom: z.object({ name, input: z.string().nullish() }).nullish(),
  extra_content: z
    .object({ google: z.object({ thought_signature: z.string().nullish() }).nullish() })
    .nullish()
    .catch(undefined),
});

const message = z.object({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content: content.nullish(),
  refusal: z.string().nullish(),
  name: name.nullish(),
  tool_calls: list(toolCall, MOST.parts).nullish(),
  function_call: calledFunction.nullish(),
  tool_call_id: id.nullish(),
});

const tool = z.object({
  type: name.nullish(),
  custom: z
    .object({
      name,
      description: z.string().nullish(),
      format: z
        .object({
          grammar: z.object({ syntax: z.string().nullish(), definition: z.string().nullish() }).nullish(),
        })
        .nullish(),
    })
    .nullish(),
  function: z
    .object({
      name,
      description: z.string().nullish(),
      parameters: jsonObject.nullish(),
    })
    .nullish(),
});

const stopSequence = z.string().max(LONGEST.stopSequence);

/** A tool as a choice names it. */
const namedTool = z.object({
  type: name,
  function: z.object({ name }).nullish(),
  custom: z.object({ name }).nullish(),
});

export const chatRequest = z.object({
  model: name,
  messages: list(message, MOST.messages).refine((messages) => messages.length > 0, "must not be empty"),
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
  tools: list(tool, MOST.tools).nullish(),
  tool_choice: z
    .union([
      z.enum(["none", "auto", "required"]),
      namedTool.extend({
        allowed_tools: z
          .object({ mode: z.enum(["auto", "required"]), tools: list(namedTool, MOST.tools) })
          .nullish(),
      }),
    ])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning_effort: z.string().nullish(),
  response_format: z
    .object({
      type: name,
      json_schema: z
        .object({
          name: name.nullish(),
          schema: jsonObject.nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

/** Content parts by type, as far as we read them. */
export const parts = {
  text: z.object({ text: z.string() }),
  refusal: z.object({ refusal: z.string() }),
  image: z.object({
    image_url: z.union([z.string(), z.object({ url: z.string() }).transform((value) => value.url)]),
  }),
  audio: z.object({ input_audio: z.object({ data: z.string(), format: z.string() }) }),
  file: z.object({
    file: z.object({ filename: z.string().nullish(), file_data: z.string().nullish() }),
  }),
  /** What may hold readable text in a part of any kind. */
  other: z.object({ text: z.string().nullish().catch(undefined) }),
} as const;

export type ChatRequest = z.output<typeof chatRequest>;
export type ChatMessage = z.output<typeof message>;
export type NamedTool = z.output<typeof namedTool>;
export type ChatContent = z.output<typeof content>;
export type ChatPart = z.output<typeof typedObject>;
