/**
 * The settings of an answer in OpenAI's and Anthropic's APIs: length, stop sequences, format, reasoning, parallel
 * calls. Clients send settings of one API to another, so all of them are read everywhere. The same value twice is
 * accepted; two different values are refused, because it is unknown which one was meant. (OpenAI and Anthropic API
 * references.)
 */
import * as z from "zod";
import { BridgeError } from "../turn/error.ts";
import type { ResponseFormat, Thinking, TurnRequest } from "../turn/request.ts";
import { agreed } from "./agreed.ts";
import type { AnyChoice } from "./any-tool.ts";
import { formSchema } from "./client-schema.ts";
import { conversationOf } from "./conversation.ts";
import type { RequestHeaders } from "./dialect.ts";
import { LONGEST, MOST } from "./limits.ts";
import { jsonObject, list, name, typedObject } from "./shapes.ts";
import { validate } from "./validate.ts";

const stopSequence = z.string().max(LONGEST.stopSequence);
const stops = z.union([stopSequence, list(stopSequence, MOST.stopSequences)]).nullish();

/** Longer than any known effort. */
const effort = z.string().max(40).nullish();

/** Formats are kept as received, and checked when they are read. */
const form = typedObject.nullish();

/** The limits that an API sets for its settings. */
interface Bounds {
  readonly leastTokens: number;
  readonly hottest: number;
}

/** The members of a request that are settings, for an object schema. */
export function anySettings({ leastTokens, hottest }: Bounds) {
  const limit = z.number().int().min(leastTokens).nullish();
  return {
    max_tokens: limit,
    max_completion_tokens: limit,
    max_output_tokens: limit,
    temperature: z.number().min(0).max(hottest).nullish(),
    stop: stops,
    stop_sequences: stops,
    response_format: form,
    text: z.object({ format: form, verbosity: z.unknown().optional() }).nullish(),
    output_config: z.object({ format: form, effort }).nullish(),
    output_format: form,
    reasoning_effort: effort,
    reasoning: z
      .object({
        effort,
        summary: z.string().nullish(),
        /** These two are used by proxies for several vendors. */
        enabled: z.boolean().nullish(),
        max_tokens: z.number().nullish(),
      })
      .nullish(),
    thinking: z.object({ type: name, budget_tokens: z.number().nullish() }).nullish(),
    /** Used by Qwen's servers. */
    enable_thinking: z.boolean().nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    user: z.string().nullish(),
    metadata: jsonObject.nullish(),
  };
}

const settings = z.object(anySettings({ leastTokens: 0, hottest: 2 }));

export type AnySettings = z.output<typeof settings>;

type Settings = Pick<
  TurnRequest,
  | "maxTokens"
  | "temperature"
  | "stopSequences"
  | "responseFormat"
  | "thinking"
  | "parallelToolCalls"
  | "conversation"
>;

/** Settings from other places of a request. */
interface Elsewhere {
  readonly headers: RequestHeaders;
  readonly choice: AnyChoice;
  /** An effort set later in the conversation, which overrides that of the request. */
  readonly laterEffort?: string | null | undefined;
}

/**
 * The settings in neutral form.
 *
 * @throws BridgeError `invalid_request` for two that contradict each other, and for an invalid format.
 */
export function readSettings(stated: AnySettings, { headers, choice, laterEffort }: Elsewhere): Settings {
  const { max_tokens, max_completion_tokens, max_output_tokens, parallel_tool_calls } = stated;
  const limit = agreed({ max_tokens, max_completion_tokens, max_output_tokens });
  const parallel = agreed({
    parallel_tool_calls,
    "tool_choice.disable_parallel_tool_use": typeof choice === "object" ? onlyOne(choice) : undefined,
  });
  const thinking = readThinking(stated, laterEffort);
  return {
    maxTokens: limit?.value,
    temperature: stated.temperature ?? undefined,
    stopSequences: [stated.stop ?? [], stated.stop_sequences ?? []]
      .flat()
      .filter((sequence, index, all) => sequence !== "" && all.indexOf(sequence) === index),
    responseFormat: readFormat(stated),
    ...(thinking !== undefined && { thinking }),
    parallelToolCalls: parallel?.value ?? true,
    conversation: conversationOf(headers, [stated.user, stated.metadata?.["user_id"]]),
  };
}

/** In Anthropic's API the choice says that only one call at a time is wanted. */
function onlyOne(choice: Exclude<AnyChoice, string>): boolean | undefined {
  const alone = choice?.disable_parallel_tool_use;
  return typeof alone === "boolean" ? !alone : undefined;
}

/** OpenAI's effort is a level, or `none` for no reasoning at all; Anthropic's does not say whether to think. */
function readThinking(stated: AnySettings, laterEffort: string | null | undefined): Thinking | undefined {
  const { reasoning, thinking, output_config: output } = stated;
  const levels = {
    reasoning_effort: worded(stated.reasoning_effort),
    "reasoning.effort": worded(reasoning?.effort),
  };
  const level = agreed(levels)?.value;
  const word = agreed({ ...levels, "output_config.effort": worded(output?.effort) })?.value;
  const enabled = agreed({
    "thinking.type": thinking === null || thinking === undefined ? undefined : thinking.type !== "disabled",
    "reasoning.enabled": reasoning?.enabled,
    enable_thinking: stated.enable_thinking,
    ...(level === "none" && { reasoning_effort: false }),
  })?.value;
  const budget = agreed({
    "thinking.budget_tokens": thinking?.type === "enabled" ? thinking.budget_tokens : undefined,
    "reasoning.max_tokens": reasoning?.max_tokens,
  })?.value;
  const thinks = enabled ?? (level === undefined ? undefined : true);
  const effortWord = worded(laterEffort) ?? word;
  const wish: Thinking = {
    ...(thinks !== undefined && { enabled: thinks }),
    ...(effortWord !== undefined && effortWord !== "none" && { effort: effortWord }),
    ...(budget !== undefined && { budgetTokens: budget }),
  };
  return Object.keys(wish).length === 0 ? undefined : wish;
}

function worded(word: string | null | undefined): string | undefined {
  return word === null || word === "" ? undefined : word;
}

/** The format in any of its places; in chat completions and on some servers the schema is one level deeper, or beside the type. */
const formShape = z.object({
  type: name,
  name: name.nullish(),
  schema: z.unknown().optional(),
  json_schema: z.object({ name: name.nullish(), schema: z.unknown().optional() }).nullish(),
});

function readFormat(stated: AnySettings): ResponseFormat {
  const forms = {
    response_format: stated.response_format,
    "text.format": stated.text?.format,
    "output_config.format": stated.output_config?.format,
    output_format: stated.output_format,
  };
  const read = Object.entries(forms).flatMap(([at, given]) => {
    const format = given === null || given === undefined ? undefined : readForm(given, at);
    // Plain text is the default.
    return format === undefined || format.type === "text" ? [] : [[at, format] as const];
  });
  return agreed(Object.fromEntries(read), sameForm)?.value ?? { type: "text" };
}

function sameForm(one: ResponseFormat, other: ResponseFormat): boolean {
  const schemaOf = (format: ResponseFormat): string | undefined =>
    format.type === "json" ? JSON.stringify(format.schema) : undefined;
  return schemaOf(one) === schemaOf(other);
}

function readForm(given: object, at: string): ResponseFormat {
  const { type, json_schema: inner, ...flat } = validate(formShape, given, at);
  if (type === "text") return { type };
  if (type !== "json_schema" && type !== "json_object") {
    throw new BridgeError(
      "unsupported_feature",
      `${at}.type: unknown format ${JSON.stringify(type.slice(0, 50))}; the bridge supports text, json_object and json_schema.`,
      { param: `${at}.type` },
    );
  }
  const where = inner === null || inner === undefined ? `${at}.schema` : `${at}.json_schema.schema`;
  const schema = formSchema(inner?.schema ?? flat.schema, where);
  const called = inner?.name ?? flat.name;
  return {
    type: "json",
    ...(typeof called === "string" && { name: called }),
    ...(schema !== undefined && { schema }),
  };
}
