/**
 * The part of a Responses request that we use: null counts as absent, and tools, input items and content parts are
 * checked one by one as they are read (OpenAI API reference, "Create a model response").
 */
import * as z from "zod";
import { anyContent } from "../any-part.ts";
import { anyTool } from "../any-tool.ts";
import { LONGEST, MOST } from "../limits.ts";
import { id, jsonObject, list, name, typedObject, type JsonObject } from "../shapes.ts";

/** An input item, as it came; a message may leave its type out. */
export type Item = JsonObject & { readonly type?: string | null; readonly id?: string | null };

const itemHead = z.object({ type: name.nullish(), id: id.nullish() });

const item = jsonObject.superRefine((value, context) => {
  for (const issue of itemHead.safeParse(value).error?.issues ?? []) context.issues.push(issue as never);
}) as unknown as z.ZodType<Item>;

/** A tool of any kind, in the form of any API; `namespace` tools hold others. */
export const wireTool = anyTool.extend({
  tools: list(jsonObject, MOST.tools).nullish(),
  execution: name.nullish(),
  /** Where a shell runs, or what a screen shows. */
  environment: z.union([z.object({ type: name.nullish() }), z.string()]).nullish(),
  display_width: z.number().nullish(),
  display_height: z.number().nullish(),
});

/** A tool as a choice names it. */
const namedTool = z.object({
  type: name,
  name: name.nullish(),
  namespace: name.nullish(),
});

/** A choice among tools that is no word. */
export const toolChoice = namedTool.extend({
  mode: z.enum(["auto", "required"]).nullish(),
  tools: list(namedTool, MOST.tools).nullish(),
});

export const format = z.object({ type: name, name: name.nullish(), schema: z.unknown().optional() });

const stopSequence = z.string().max(LONGEST.stopSequence);

/** What the response repeats (tools, choice and format) is kept as it came, and checked where it is read. */
export const responsesRequest = z.object({
  model: name,
  input: z.union([z.string(), list(item, MOST.messages)]).nullish(),
  instructions: z.string().nullish(),
  previous_response_id: id.nullish(),
  stream: z.boolean().nullish(),
  store: z.boolean().nullish(),
  background: z.boolean().nullish(),
  conversation: z.unknown().optional(),
  prompt: z.unknown().optional(),
  max_output_tokens: z.number().int().positive().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
  tools: list(jsonObject, MOST.tools).nullish(),
  tool_choice: z.union([z.enum(["none", "auto", "required", "any"]), typedObject]).nullish(),
  text: z.object({ format: typedObject.nullish(), verbosity: z.unknown().optional() }).nullish(),
  reasoning: z.object({ effort: z.string().nullish(), summary: z.string().nullish() }).nullish(),
  include: list(z.string(), MOST.parts).nullish(),
  metadata: jsonObject.nullish(),
  user: z.string().nullish(),
  /** As the other APIs have them. */
  system: anyContent.nullish(),
  stop: z.union([stopSequence, list(stopSequence, MOST.stopSequences)]).nullish(),
  stop_sequences: list(stopSequence, MOST.stopSequences).nullish(),
  max_tool_calls: z.number().int().nullish(),
  safety_identifier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
});

/** What is asked for at `/v1/responses/input_tokens`, where a model need not be named. */
export const inputTokensRequest = responsesRequest.extend({
  model: name.nullish().transform((given) => given ?? "auto"),
});

/** Input items by type, as far as we read them. */
export const items = {
  call: z.object({
    call_id: id,
    name,
    namespace: name.nullish(),
    arguments: z.string().nullish(),
  }),
  customCall: z.object({
    call_id: id,
    name,
    namespace: name.nullish(),
    input: z.string().nullish(),
  }),
  reasoning: z.object({
    summary: list(z.object({ text: z.string().nullish() }), MOST.parts)
      .nullish()
      .catch(undefined),
    encrypted_content: z.string().nullish().catch(undefined),
  }),
  compaction: z.object({ encrypted_content: z.string() }),
  additionalTools: z.object({ tools: list(jsonObject, MOST.tools).nullish() }),
  output: z.object({ call_id: id, output: anyContent.nullish(), status: z.string().nullish() }),
} as const;

const outcome = z.union([
  z.object({ type: z.literal("exit"), exit_code: z.number() }),
  z.object({ type: z.literal("timeout") }),
]);

/** The items of tools that the vendor defines and the client runs, by what they hold. */
export const clientItems = {
  callId: z.object({ call_id: id }),
  action: z.object({ action: jsonObject }),
  operation: z.object({ operation: jsonObject }),
  search: z.object({ arguments: jsonObject.nullish() }),
  computer: z.object({ action: jsonObject.nullish(), actions: list(jsonObject, MOST.parts).nullish() }),
  textOutput: z.object({ output: z.string().nullish(), status: z.string().nullish() }),
  shellOutput: z.object({
    output: list(z.object({ stdout: z.string(), stderr: z.string(), outcome }), MOST.parts),
  }),
  found: z.object({
    tools: list(
      z.looseObject({ type: name, name: name.nullish(), description: z.string().nullish() }),
      MOST.tools,
    ).nullish(),
  }),
  screenshot: z.object({ output: z.object({ image_url: z.string().nullish() }) }),
} as const;

/** The items of tools that the vendor's servers ran, by what we read of them; they are told as they are. */
export const vendorItems = {
  image: z.looseObject({ result: z.string().nullish(), output_format: name.nullish() }),
  code: z.looseObject({
    outputs: list(z.looseObject({ url: z.string().nullish() }), MOST.parts).nullish(),
  }),
  listed: z.object({
    server_label: name.nullish(),
    tools: list(z.object({ name: name.nullish() }), MOST.tools).nullish(),
    error: z.unknown().optional(),
  }),
} as const;

export type ResponsesRequest = z.output<typeof responsesRequest>;
export type WireTool = z.output<typeof wireTool>;
export type NamedTool = z.output<typeof namedTool>;
