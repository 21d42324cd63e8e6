/**
 * What becomes of each member of a request: the union of the published request schemas of OpenAI's and Anthropic's APIs, as one table
 * (OpenAI API reference, "Create chat completion" and "Create a model response"; Anthropic API reference, "Create a Message").
 * Beside them stand members of other vendors and servers without which an answer would not be what was asked for. All others are let
 * through, since clients have private ones for their vendors, and are named in a notice.
 */
import { BridgeError } from "../turn/error.ts";
import { addNotice, type Notice } from "../turn/notice.ts";
import type { Dialect } from "./dialect.ts";
import type { JsonObject } from "./shapes.ts";

type Api = Dialect["id"];

/**
 * - `read`: it reaches the turn, or decides the form of the reply.
 * - `harmless`: no answer depends on it.
 * - `noticed`: a hint to the vendor's sampling, which promises nothing; an answer without it is an answer.
 * - `refused`: an answer without it would not be what was asked for.
 */
type Meaning = "read" | "harmless" | "noticed" | "refused";

export interface Member {
  readonly meaning: Meaning;
  /** Why it is so; where it is refused, what to do instead: the client is told. */
  readonly why: string;
  /** The values, or elements of a list, that ask for nothing; besides null, empty lists and empty objects. */
  readonly unless?: readonly unknown[];
  /** An empty object asks for something, too. */
  readonly evenEmpty?: true;
  /** The APIs where it is read, whatever it means at the others. */
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
const SETTING = read("a setting, in the words of one of the APIs");
const RECORDS = harmless("for the vendor's records and accounts");
const CACHE = harmless("advice to the vendor's cache");
const SPEED = harmless("how fast and how dear the vendor answers");
const CONTEXT = harmless("saves tokens of the vendor's window; the whole conversation is sent instead");
const LOGPROBS = "hosts give no probabilities of tokens; leave it out";
const SPOKEN = "hosts answer in text; ask for text alone";
const SAY = (member: string): string => `say it as ${member}`;
const GUIDED = "hosts cannot be held to it; use response_format with a JSON Schema";
const STORED = "only the vendor has that conversation; send all of it in the request";

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
  user: read("the session it may name ties requests together"),
  metadata: read("the session it may name ties requests together"),
  stream: read("the form of the reply"),
  stream_options: read("the form of the reply"),
  n: {
    ...refused("one answer is given here; ask again, or use chat completions", 1),
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
    "of this list only reasoning.encrypted_content and what the vendor's own tools found is known here",
    "reasoning.encrypted_content",
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
  ),
  logit_bias: refused("hosts choose tokens themselves; say in words what shall or shall not be written"),
  modalities: refused(SPOKEN, "text"),
  audio: refused(SPOKEN),
  web_search_options: { ...refused("nobody searches here; declare a tool that does"), evenEmpty: true },
  mcp_servers: refused("the vendor's servers would call them; connect to them and declare their tools"),
  container: refused("only the vendor's servers run code and skills; declare tools for that"),
  moderation: refused("nobody moderates here; leave it out"),
  inference_geo: refused("nobody knows where a host's model runs; leave it out", "global"),

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
  bad_words: refused("hosts choose words themselves; say which shall not be written"),
  suffix: refused("hosts only write what follows; say in words what comes after it"),
  context: refused("send it as a message"),
  documents: refused("send them as parts of a message"),
  file_ids: refused("only the vendor has these files; send what is in them"),
  chat_template: refused("the host's model has a template of its own; leave it out"),
  plugins: refused("nobody runs them here; declare tools for what they do"),
  assistant_prefix: refused("send the beginning of the answer as a last message of the assistant"),

  prediction: harmless("a guess at the answer, which makes it faster and not other"),
  truncation: harmless("what fits is sent whole; what does not fit is an error"),
  max_tool_calls: harmless("a bound of the vendor's own tools, of which none runs"),
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
  diagnostics: harmless("asks what the vendor's cache missed"),
  betas: harmless("which versions of features the client knows"),
  anthropic_beta: harmless("which versions of features the client knows"),
  anthropic_version: harmless("there is one version"),
  client_metadata: RECORDS,
  vl_high_resolution_images: harmless("advice about pictures, which are sent as they are"),
} as const satisfies Readonly<Record<string, Member>>;

/** Names of members that are told; others may hold anything. */
const TELLABLE = /^[\w.-]{1,40}$/;
const MOST_TOLD = 10;

/**
 * Adds notices for the members of `request` that are not honoured.
 *
 * @throws BridgeError `unsupported_feature` that names the first one that must not be ignored.
 */
export function checkMembers(request: JsonObject, api: Api, notices: Notice[]): void {
  const names = Object.keys(request).flatMap((name) => (name === "text" ? [name, "text.verbosity"] : [name]));
  checkTable({ names, valueAt: (at) => valueAt(at, request) }, MEMBERS, notices, api);
}

/** The members of a request, which are looked at only where that matters; one inside another has both names in its own. */
export interface StatedMembers {
  readonly names: Iterable<string>;
  readonly valueAt: (at: string) => unknown;
}

/** The same by the table of any API. */
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
    message: `The bridge does not know these members of the request: ${list}.`,
  };
}
