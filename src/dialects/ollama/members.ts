/**
 * What becomes of each member of a request, as one table (Ollama API reference, "Generate a chat message" and "Generate a response";
 * Modelfile reference, "Valid parameters and values").
 */
import type { Notice } from "../../turn/notice.ts";
import { checkTable, harmless, hint, read, refused, type Member } from "../request-members.ts";
import type { JsonObject } from "../shapes.ts";

const PROMPT = read("the prompt");
const SETTING = read("a setting");
const RUNNER = harmless("how the model lies in memory, which is the host's");
const TEXT_ONLY = "hosts answer in text; ask for text alone";
const LOGPROBS = "hosts do not return token probabilities; leave it out";

const SAY = (member: string): string => `say it as ${member}`;

/** Where a request is sent, which has members of its own. */
export type Place = "chat" | "generate";

export const MEMBERS = {
  model: read("who answers"),
  stream: read("the form of the reply"),
  format: SETTING,
  think: SETTING,
  keep_alive: hint(),
  suffix: refused("hosts do not write into gaps; say in the prompt what stands before and after", ""),
  template: refused("hosts have the templates of their models; leave it out", ""),
  raw: refused("hosts put the prompt into the template of their model; leave it out", false),
  context: refused("only the server that made it can read it; send the conversation to /api/chat"),
  logprobs: refused(LOGPROBS, false),
  top_logprobs: refused(LOGPROBS, 0),
  width: refused(TEXT_ONLY, 0),
  height: refused(TEXT_ONLY, 0),
  steps: refused(TEXT_ONLY, 0),
  truncate: harmless("nothing is cut from a conversation here"),
  shift: harmless("nothing is cut from a conversation here"),

  max_tokens: refused(SAY("options.num_predict")),
  max_completion_tokens: refused(SAY("options.num_predict")),
  num_predict: refused(SAY("options.num_predict")),
  temperature: refused(SAY("options.temperature")),
  stop: refused(SAY("options.stop")),
  response_format: refused(SAY("format")),
  reasoning_effort: refused(SAY("think")),
  thinking: refused(SAY("think")),
  tool_choice: refused("this API has no such choice; say in the prompt which tool to call", "auto"),
  instructions: refused(SAY("a message of the role system, or as system at /api/generate")),
  input: refused(SAY("messages, or as prompt at /api/generate")),

  "options.num_predict": SETTING,
  "options.temperature": SETTING,
  "options.stop": SETTING,
  "options.num_ctx": hint(),
  "options.seed": hint(),
  "options.top_k": hint(),
  "options.top_p": hint(1),
  "options.min_p": hint(0),
  "options.typical_p": hint(1),
  "options.tfs_z": hint(1),
  "options.repeat_last_n": hint(0),
  "options.repeat_penalty": hint(1),
  "options.presence_penalty": hint(0),
  "options.frequency_penalty": hint(0),
  "options.mirostat": hint(0),
  "options.mirostat_tau": hint(),
  "options.mirostat_eta": hint(),
  "options.penalize_newline": hint(false),
  "options.num_keep": RUNNER,
  "options.num_batch": RUNNER,
  "options.num_gpu": RUNNER,
  "options.main_gpu": RUNNER,
  "options.num_thread": RUNNER,
  "options.low_vram": RUNNER,
  "options.f16_kv": RUNNER,
  "options.logits_all": RUNNER,
  "options.vocab_only": RUNNER,
  "options.embedding_only": RUNNER,
  "options.use_mmap": RUNNER,
  "options.use_mlock": RUNNER,
  "options.numa": RUNNER,
} as const satisfies Readonly<Record<string, Member>>;

/** What is read at one place is lost at the other. */
export const PLACED = {
  chat: {
    messages: PROMPT,
    tools: read("tools"),
    prompt: refused(SAY("messages"), ""),
    system: refused(SAY("a message of the role system"), ""),
    images: refused(SAY("images of a message")),
  },
  generate: {
    prompt: PROMPT,
    system: PROMPT,
    images: PROMPT,
    messages: refused("send a conversation to /api/chat"),
    tools: refused("send what may call tools to /api/chat"),
  },
} as const satisfies Readonly<Record<Place, Readonly<Record<string, Member>>>>;

/** Adds notices for the members that are not honoured. @throws BridgeError `unsupported_feature` for what must not be ignored. */
export function checkMembers(body: JsonObject, place: Place, notices: Notice[]): void {
  const { options, ...members } = body;
  const settings = (options ?? {}) as JsonObject;
  const places = Object.keys(settings).map((name) => `options.${name}`);
  const valueAt = (at: string): unknown =>
    at.startsWith("options.") ? settings[at.slice("options.".length)] : members[at];
  checkTable(
    { names: [...Object.keys(members), ...places], valueAt },
    { ...MEMBERS, ...PLACED[place] },
    notices,
  );
}
