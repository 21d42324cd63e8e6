/**
 * The part of a Responses request that we use: null counts as absent, and tools, input items and content parts are
 * checked one by one as they are read (OpenAI API reference, "Create a model response").
 */
import * as z from "zod";
import { anyPrompt } from "../any-prompt.ts";
import { anySettings } from "../any-settings.ts";
import { anyChoice, anyTool } from "../any-tool.ts";
import { MOST } from "../limits.ts";
import { id, jsonObject, list, name } from "../shapes.ts";

/** A tool of any type, in the form of any API; `namespace` tools contain others. */
export const wireTool = anyTool.extend({
  tools: list(jsonObject, MOST.tools).nullish(),
  execution: name.nullish(),
  /** Where a shell runs, or the kind of a screen. */
  environment: z.union([z.object({ type: name.nullish() }), z.string()]).nullish(),
  display_width: z.number().nullish(),
  display_height: z.number().nullish(),
});

/** A tool in a choice. */
const namedTool = z.object({
  type: name,
  name: name.nullish(),
  namespace: name.nullish(),
});

/** A choice among tools that is not a string. */
export const toolChoice = namedTool.extend({
  mode: z.enum(["auto", "required"]).nullish(),
  tools: list(namedTool, MOST.tools).nullish(),
});

/** Members that the response repeats (tools, choice and format) are kept as received, and checked where they are read. */
export const responsesRequest = z.object({
  model: name,
  ...anyPrompt,
  ...anySettings({ leastTokens: 1, hottest: 2 }),
  previous_response_id: id.nullish(),
  stream: z.boolean().nullish(),
  store: z.boolean().nullish(),
  tools: list(jsonObject, MOST.tools).nullish(),
  functions: list(jsonObject, MOST.tools).nullish(),
  tool_choice: z.union([z.enum(["none", "auto", "required", "any"]), jsonObject]).nullish(),
  function_call: anyChoice,
  include: list(z.string(), MOST.parts).nullish(),
  max_tool_calls: z.number().int().nullish(),
  safety_identifier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
});

/** A request to `/v1/responses/input_tokens`, which does not need a model. */
export const inputTokensRequest = responsesRequest.extend({
  model: name.nullish().transform((given) => given ?? "auto"),
});

/** Input items that only this API has, by type, with the members that we read. */
export const items = {
  compaction: z.object({ encrypted_content: z.string() }),
  additionalTools: z.object({ tools: list(jsonObject, MOST.tools).nullish() }),
} as const;

const outcome = z.union([
  z.object({ type: z.literal("exit"), exit_code: z.number() }),
  z.object({ type: z.literal("timeout") }),
]);

/** The items of tools that the vendor defines and the client runs, by type. */
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

export type ResponsesRequest = z.output<typeof responsesRequest>;
export type { Item } from "../any-item.ts";
export type WireTool = z.output<typeof wireTool>;
export type NamedTool = z.output<typeof namedTool>;
