/**
 * The part of a chat completion request that we use, loosely: unknown fields are let through, what a client sends as
 * null counts as absent, and content parts are checked one by one as they are read, so that a kind we do not know costs
 * that part and not the request (OpenAI API reference, "Create chat completion").
 */
import * as z from "zod";

/** Each choice is a request to the host, and may be a question to its person. */
const MOST_CHOICES = 8;

const part = z.looseObject({ type: z.string() });

const content = z.union([z.string(), z.array(z.union([z.string(), part]))]);

/** Arguments are JSON text; some clients send the object itself. */
const callArguments = z
  .union([z.string(), z.record(z.string(), z.unknown()).transform((value) => JSON.stringify(value))])
  .nullish();

const calledFunction = z.looseObject({ name: z.string(), arguments: callArguments });

const toolCall = z.looseObject({
  id: z.string().nullish(),
  type: z.string().nullish(),
  function: calledFunction.nullish(),
  custom: z.looseObject({ name: z.string(), input: z.string().nullish() }).nullish(),
  extra_content: z
    .looseObject({ google: z.looseObject({ thought_signature: z.string().nullish() }).nullish() })
    .nullish()
    .catch(undefined),
});

const message = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content: content.nullish(),
  refusal: z.string().nullish(),
  name: z.string().nullish(),
  tool_calls: z.array(toolCall).nullish(),
  function_call: calledFunction.nullish(),
  tool_call_id: z.string().nullish(),
});

const tool = z.looseObject({
  type: z.string().nullish(),
  custom: z
    .looseObject({
      name: z.string(),
      description: z.string().nullish(),
      format: z
        .looseObject({
          grammar: z
            .looseObject({ syntax: z.string().nullish(), definition: z.string().nullish() })
            .nullish(),
        })
        .nullish(),
    })
    .nullish(),
  function: z
    .looseObject({
      name: z.string(),
      description: z.string().nullish(),
      parameters: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
});

/** A tool as a choice names it. */
const namedTool = z.looseObject({
  type: z.string(),
  function: z.looseObject({ name: z.string() }).nullish(),
  custom: z.looseObject({ name: z.string() }).nullish(),
});

export const chatRequest = z.looseObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  max_tokens: z.number().int().positive().nullish(),
  max_completion_tokens: z.number().int().positive().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  stop: z.union([z.string(), z.array(z.string())]).nullish(),
  n: z
    .number()
    .int()
    .min(1, "must be at least 1")
    .max(MOST_CHOICES, `the bridge gives at most ${MOST_CHOICES} answers to one request`)
    .nullish(),
  user: z.string().nullish(),
  tools: z.array(tool).nullish(),
  tool_choice: z
    .union([
      z.enum(["none", "auto", "required"]),
      namedTool.extend({
        allowed_tools: z
          .looseObject({ mode: z.enum(["auto", "required"]), tools: z.array(namedTool) })
          .nullish(),
      }),
    ])
    .nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  reasoning_effort: z.string().nullish(),
  response_format: z
    .looseObject({
      type: z.string(),
      json_schema: z
        .looseObject({
          name: z.string().nullish(),
          schema: z.record(z.string(), z.unknown()).nullish(),
        })
        .nullish(),
    })
    .nullish(),
});

/** Content parts by type, as far as we read them. */
export const parts = {
  text: z.looseObject({ text: z.string() }),
  refusal: z.looseObject({ refusal: z.string() }),
  image: z.looseObject({
    image_url: z.union([z.string(), z.looseObject({ url: z.string() }).transform((value) => value.url)]),
  }),
  audio: z.looseObject({ input_audio: z.looseObject({ data: z.string(), format: z.string() }) }),
  file: z.looseObject({
    file: z.looseObject({ filename: z.string().nullish(), file_data: z.string().nullish() }),
  }),
  /** What may hold readable text in a part of any kind. */
  other: z.looseObject({ text: z.string().nullish().catch(undefined) }),
} as const;

export type ChatRequest = z.output<typeof chatRequest>;
export type ChatMessage = z.output<typeof message>;
export type NamedTool = z.output<typeof namedTool>;
export type ChatContent = z.output<typeof content>;
export type ChatPart = z.output<typeof part>;
