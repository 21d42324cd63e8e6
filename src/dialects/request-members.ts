/**
 * How each member of a request is handled: the union of the published request schemas of OpenAI's and Anthropic's APIs, in one table
 * (OpenAI API reference, "Create chat completion" and "Create a model response"; Anthropic API reference, "Create a Message").
 * It also has those members of other vendors and servers that change the meaning of a request. All others are accepted,
 * because clients send private members for their vendors, and are named in a notice.
 */
import { BridgeError } from "../turn/error.ts";
import { addNotice, type Notice } from "../turn/notice.ts";
import type { Dialect } from "./dialect.ts";
import type { JsonObject } from "./shapes.ts";

type Api = Dialect["id"];

/**
 * - `read`: it reaches the turn, or determines the form of the response.
 * - `harmless`: no answer depends on it.
 * - `noticed`: a hint to the vendor's sampling without a guarantee; an answer without it is still valid.
 * - `refused`: an answer without it would not be what the client asked for.
 */
type Meaning = "read" | "harmless" | "noticed" | "refused";

export interface Member {
  readonly meaning: Meaning;
  /** The reason; for a refused member, what to do instead: sent to the client. */
  readonly why: string;
  /** Values, or elements of a list, without effect; besides null, empty lists and empty objects. */
  readonly unless?: readonly unknown[];
  /** An empty object has an effect too. */
  readonly evenEmpty?: true;
  /** The APIs where it is read; at the others the meaning above applies. */
  readonly readAt?: readonly Api[];
}

export const read = (why: string): Member => ({ meaning: "read", why });
export const harmless = (why: string): Member => ({ meaning: "harmless", why });
export const hint = (...unless: unknown[]): Member => ({
  meaning: "noticed",
  unless,
  why: "a hint to the vendor's sampling, which MCP does not have",
});
export const refused = (instead: string, ...unless: unknown[]): Member => ({
  meaning: "refused",
  unless,
  why: instead,
});

const PROMPT = read("the prompt, in the form of one of the APIs");
const TOOLS = read("tools, and the choice among them");
const SETTING = read("a setting of one of the APIs");
const RECORDS = harmless("for the vendor's records and accounts");
const CACHE = harmless("advice to the vendor's cache");
const SPEED = harmless("the speed and price of the vendor's answer");
const CONTEXT = harmless("saves tokens of the vendor's window; the whole conversation is sent instead");
const LOGPROBS = "hosts do not return token probabilities; leave it out";
const SPOKEN = "hosts answer in text; ask for text alone";
const SAY = (member: string): string => `say it as ${member}`;
const GUIDED = "hosts cannot enforce it; use response_format with a JSON Schema";
const STORED = "only the vendor has that conversation; send the whole conversation in the request";

export const MEMBERS = {
  model: read("who answers"),
  messages: PROMPT,
  input: PROMPT,
  system: PROMPT,
  instructions: PROMPT,
  tools: TOOLS,
  tool_choice: TOOLS,
  functions: TOOLS,
  function_call: TOOLS,
  parallel_tool_calls: SETTING,
  max_tokens: SETTING,
  max_completion_tokens: SETTING,
  max_output_tokens: SETTING,
  temperature: SETTING,
  stop: SETTING,
  stop_sequences: SETTING,
  response_format: SETTING,
  text: SETTING,
  output_config: SETTING,
  output_format: SETTING,
  reasoning: SETTING,
  reasoning_effort: SETTING,
  thinking: SETTING,
  enable_thinking: SETTING,
  user: read("it may contain the id of the session"),
  metadata: read("it may contain the id of the session"),
  stream: read("the form of the reply"),
  stream_options: read("the form of the reply"),
  n: {
    ...refused("only one answer is possible here; send more requests, or use chat completions", 1),
    readAt: ["openai-chat"],
  },
  store: {
    ...harmless("whether the vendor keeps the answer"),
    readAt: ["openai-responses"],
  },
  previous_response_id: { ...refused(STORED), readAt: ["openai-responses"] },
  thread: { ...refused(STORED), readAt: ["anthropic-messages"] },
  conversation: refused("use previous_response_id, or send the whole conversation"),
  prompt: refused("the vendor has that template; send the instructions themselves"),
  background: refused("stream the answer instead", false),

  logprobs: refused(LOGPROBS, false, 0),
  top_logprobs: refused(LOGPROBS, 0),
  include: refused(
    "only reasoning.encrypted_content and results of the vendor's own tools are supported in this list",
    "reasoning.encrypted_content",
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
  ),
  logit_bias: refused(
    "hosts choose tokens themselves; say in the prompt what should or should not be written",
  ),
  modalities: refused(SPOKEN, "text"),
  audio: refused(SPOKEN),
  web_search_options: { ...refused("there is no web search here; declare a tool for it"), evenEmpty: true },
  mcp_servers: refused("the vendor's servers would call them; connect to them and declare their tools"),
  container: refused("only the vendor's servers run code and skills; declare tools for that"),
  moderation: refused("there is no moderation here; leave it out"),
  inference_geo: refused("it is unknown where a host's model runs; leave it out", "global"),

  top_p: hint(1),
  top_k: hint(0, -1),
  min_p: hint(0),
  seed: hint(),
  frequency_penalty: hint(0),
  presence_penalty: hint(0),
  repetition_penalty: hint(1),
  verbosity: hint("medium"),
  "text.verbosity": hint("medium"),

  system_instruction: refused(SAY("system")),
  systemInstruction: refused(SAY("system")),
  maxTokens: refused(SAY("max_tokens")),
  maxOutputTokens: refused(SAY("max_tokens")),
  max_new_tokens: refused(SAY("max_tokens")),
  max_length: refused(SAY("max_tokens")),
  num_predict: refused(SAY("max_tokens")),
  stopSequences: refused(SAY("stop")),
  response_schema: refused(SAY("response_format")),
  responseSchema: refused(SAY("response_format")),
  responseFormat: refused(SAY("response_format")),
  format: refused(SAY("response_format")),
  json_schema: refused(SAY("response_format")),
  guided_json: refused(SAY("response_format")),
  guided_choice: refused(GUIDED),
  guided_regex: refused(GUIDED),
  guided_grammar: refused(GUIDED),
  structured_outputs: refused(GUIDED),
  grammar: refused(GUIDED),
  regex: refused(GUIDED),
  bad_words: refused("hosts choose words themselves; say in the prompt which should not be written"),
  suffix: refused("hosts only continue a text; say in the prompt what comes after it"),
  context: refused("send it as a message"),
  documents: refused("send them as parts of a message"),
  file_ids: refused("only the vendor has these files; send their content"),
  chat_template: refused("the host's model has its own template; leave it out"),
  plugins: refused("plugins do not run here; declare tools instead"),
  assistant_prefix: refused("send the beginning of the answer as a last message of the assistant"),

  prediction: harmless("a guess at the answer, which only makes it faster"),
  truncation: harmless("nothing is truncated; a prompt that is too long is an error"),
  max_tool_calls: harmless("a limit for the vendor's own tools, which do not run here"),
  context_management: CONTEXT,
  compaction: CONTEXT,
  service_tier: SPEED,
  speed: SPEED,
  cache_control: CACHE,
  prompt_cache_key: CACHE,
  prompt_cache_retention: CACHE,
  prompt_cache_options: CACHE,
  safety_identifier: RECORDS,
  user_profile_id: RECORDS,
  workspace_id: RECORDS,
  diagnostics: harmless("asks for the misses of the vendor's cache"),
  betas: harmless("the feature versions that the client supports"),
  anthropic_beta: harmless("the feature versions that the client supports"),
  anthropic_version: harmless("there is one version"),
  client_metadata: RECORDS,
  vl_high_resolution_images: harmless("advice about pictures, which are sent as they are"),
} as const satisfies Readonly<Record<string, Member>>;

/** Names that are safe to repeat in a message; other names may be any text. */
const TELLABLE = /^[\w.-]{1,40}$/;
const MOST_TOLD = 10;

/**
 * Adds notices for the members of `request` that are not honoured.
 *
 * @throws BridgeError `unsupported_feature` that names the first member that must not be ignored.
 */
export function checkMembers(request: JsonObject, api: Api, notices: Notice[]): void {
  const names = Object.keys(request).flatMap((name) => (name === "text" ? [name, "text.verbosity"] : [name]));
  checkTable({ names, valueAt: (at) => valueAt(at, request) }, MEMBERS, notices, api);
}

/** The members of a request; the path of a nested one has both names. */
export interface StatedMembers {
  readonly names: Iterable<string>;
  readonly valueAt: (at: string) => unknown;
}

/** The same, with the table of any API. */
export function checkTable(
  { names, valueAt }: StatedMembers,
  table: Readonly<Record<string, Member>>,
  notices: Notice[],
  api?: Api,
): void {
  const hints: string[] = [];
  const unknown: string[] = [];
  for (const at of names) {
    const member = Object.hasOwn(table, at) ? table[at] : undefined;
    if (member === undefined) {
      if ((valueAt(at) ?? undefined) !== undefined) unknown.push(at);
      continue;
    }
    const { meaning, readAt = [] } = member;
    const isRead = meaning === "read" || (api !== undefined && readAt.includes(api));
    if (isRead || meaning === "harmless" || !asks(valueAt(at), member)) continue;
    if (member.meaning === "refused") throw refusal(at, member.why);
    if (member.meaning === "noticed") hints.push(at);
  }
  if (hints.length > 0) {
    addNotice(notices, { code: "parameters-ignored", message: `MCP sampling has no ${hints.join(", ")}.` });
  }
  if (unknown.length > 0) addNotice(notices, unknownMembers(unknown));
}

function valueAt(at: string, request: JsonObject): unknown {
  const [name = "", inner] = at === "text.verbosity" ? at.split(".") : [at];
  const value = request[name];
  if (inner === undefined) return value;
  return typeof value === "object" && value !== null ? (value as JsonObject)[inner] : undefined;
}

function asks(value: unknown, { unless = [], evenEmpty }: Member): boolean {
  if (value === null || value === undefined || unless.includes(value)) return false;
  if (Array.isArray(value)) return !value.every((element) => unless.includes(element));
  return typeof value !== "object" || evenEmpty === true || !isEmpty(value);
}

function isEmpty(value: object): boolean {
  for (const _ in value) return false;
  return true;
}

function refusal(param: string, instead: string): BridgeError {
  return new BridgeError("unsupported_feature", `${param}: not supported by this bridge; ${instead}.`, {
    param,
  });
}

function unknownMembers(names: readonly string[]): Notice {
  const told = names.slice(0, MOST_TOLD).filter((name) => TELLABLE.test(name));
  const others = names.length - told.length;
  const list = [...told, ...(others > 0 ? [`${others} more`] : [])].join(", ");
  return {
    code: "members-unknown",
    message: `The bridge ignored unknown members of the request: ${list}.`,
  };
}
