/**
 * The part of a Responses request that we use, loosely: unknown fields are let through, null counts as absent, and
 * input items and content parts are checked one by one as they are read (OpenAI API reference, "Create a model
 * response").
 */
import * as z from "zod";

const schemaObject = z.record(z.string(), z.unknown());

/** An input item; a message may leave its type out. */
export const item = z.looseObject({ type: z.string().nullish(), id: z.string().nullish() });

const part = z.looseObject({ type: z.string() });

const content = z.union([z.string(), z.array(z.union([z.string(), part]))]);

/** A tool of any kind; `namespace` tools hold others. */
export const wireTool = z.looseObject({
  type: z.string(),
  name: z.string().nullish(),
  description: z.string().nullish(),
  parameters: schemaObject.nullish(),
  format: z
    .looseObject({
      type: z.string().nullish(),
      syntax: z.string().nullish(),
      definition: z.string().nullish(),
    })
    .nullish(),
  tools: z.array(z.looseObject({ type: z.string() })).nullish(),
});

/** A tool as a choice names it. */
const namedTool = z.looseObject({
  type: z.string(),
  name: z.string().nullish(),
  namespace: z.string().nullish(),
});

export const responsesRequest = z.looseObject({
  model: z.string(),
  input: z.union([z.string(), z.array(item)]).nullish(),
  instructions: z.string().nullish(),
  previous_response_id: z.string().nullish(),
  stream: z.boolean().nullish(),
  store: z.boolean().nullish(),
  background: z.boolean().nullish(),
  conversation: z.unknown().optional(),
  prompt: z.unknown().optional(),
  max_output_tokens: z.number().int().positive().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  tools: z.array(wireTool).nullish(),
  tool_choice: z
    .union([
      z.enum(["none", "auto", "required"]),
      namedTool.extend({
        mode: z.enum(["auto", "required"]).nullish(),
        tools: z.array(namedTool).nullish(),
      }),
    ])
    .nullish(),
  text: z
    .looseObject({
      format: z
        .looseObject({ type: z.string(), name: z.string().nullish(), schema: schemaObject.nullish() })
        .nullish(),
    })
    .nullish(),
  reasoning: z.looseObject({ effort: z.string().nullish(), summary: z.string().nullish() }).nullish(),
  include: z.array(z.string()).nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
  user: z.string().nullish(),
});

/** Input items by type, as far as we read them. */
export const items = {
  message: z.looseObject({
    role: z.enum(["system", "developer", "user", "assistant"]),
    content: content.nullish(),
  }),
  call: z.looseObject({
    call_id: z.string(),
    name: z.string(),
    namespace: z.string().nullish(),
    arguments: z.string().nullish(),
  }),
  customCall: z.looseObject({
    call_id: z.string(),
    name: z.string(),
    namespace: z.string().nullish(),
    input: z.string().nullish(),
  }),
  reasoning: z.looseObject({
    summary: z
      .array(z.looseObject({ text: z.string().nullish() }))
      .nullish()
      .catch(undefined),
    encrypted_content: z.string().nullish().catch(undefined),
  }),
  additionalTools: z.looseObject({ tools: z.array(wireTool).nullish() }),
  output: z.looseObject({ call_id: z.string(), output: content.nullish(), status: z.string().nullish() }),
} as const;

/** Content parts by type, as far as we read them. */
export const parts = {
  text: z.looseObject({ text: z.string() }),
  refusal: z.looseObject({ refusal: z.string() }),
  image: z.looseObject({ image_url: z.string().nullish() }),
  file: z.looseObject({ filename: z.string().nullish(), file_data: z.string().nullish() }),
  audio: z.looseObject({ input_audio: z.looseObject({ data: z.string(), format: z.string() }) }),
  /** What may hold readable text in a part of any kind. */
  other: z.looseObject({ text: z.string().nullish().catch(undefined) }),
} as const;

export type ResponsesRequest = z.output<typeof responsesRequest>;
export type Item = z.output<typeof item>;
export type Content = z.output<typeof content>;
export type WirePart = z.output<typeof part>;
export type NamedTool = z.output<typeof namedTool>;
export type WireTool = z.output<typeof wireTool>;
