/**
 * What becomes of each member of a request to generate content, as one table (Gemini API reference, "Generating content",
 * `GenerateContentRequest` and `GenerationConfig`, with what the SDKs add for Vertex AI).
 */
import type { Notice } from "../../turn/notice.ts";
import { checkTable, harmless, hint, read, refused, type Member } from "../request-members.ts";
import { snakeCase } from "./proto-json.ts";

const PROMPT = read("the prompt");
const TOOLS = read("tools, and the choice among them");
const SETTING = read("a setting");
const LOGPROBS = "hosts do not return token probabilities; leave it out";
const TEXT_ONLY = "hosts answer in text; ask for text alone";

const SAY = (member: string): string => `say it as ${member}`;

export const MEMBERS = {
  model: harmless("the address names it"),
  contents: PROMPT,
  systemInstruction: PROMPT,
  tools: TOOLS,
  safetySettings: hint(),
  cachedContent: refused("nothing is cached here; send what it holds in the request"),
  labels: harmless("for the vendor's records and accounts"),
  serviceTier: harmless("how fast and how dear the vendor answers"),
  store: harmless("whether the vendor keeps the answer"),
  modelArmorConfig: refused("nobody filters prompts or answers here; leave it out"),

  messages: refused(SAY("contents")),
  input: refused(SAY("contents")),
  prompt: refused(SAY("contents")),
  system: refused(SAY("systemInstruction")),
  instructions: refused(SAY("systemInstruction")),
  config: refused(SAY("generationConfig, and what is no setting beside it")),
  max_tokens: refused(SAY("generationConfig.maxOutputTokens")),
  maxOutputTokens: refused(SAY("generationConfig.maxOutputTokens")),
  temperature: refused(SAY("generationConfig.temperature")),
  stop: refused(SAY("generationConfig.stopSequences")),
  stopSequences: refused(SAY("generationConfig.stopSequences")),
  response_format: refused(SAY("generationConfig.responseSchema")),
  responseMimeType: refused(SAY("generationConfig.responseMimeType")),
  responseSchema: refused(SAY("generationConfig.responseSchema")),
  responseJsonSchema: refused(SAY("generationConfig.responseJsonSchema")),
  thinkingConfig: refused(SAY("generationConfig.thinkingConfig")),
  tool_choice: refused(SAY("toolConfig.functionCallingConfig"), "auto"),

  "toolConfig.functionCallingConfig": TOOLS,
  "toolConfig.retrievalConfig": hint(),
  "toolConfig.includeServerSideToolInvocations": harmless("about tools that the vendor runs"),

  "generationConfig.candidateCount": SETTING,
  "generationConfig.maxOutputTokens": SETTING,
  "generationConfig.temperature": SETTING,
  "generationConfig.stopSequences": SETTING,
  "generationConfig.responseMimeType": SETTING,
  "generationConfig.responseSchema": SETTING,
  "generationConfig.responseJsonSchema": SETTING,
  "generationConfig._responseJsonSchema": SETTING,
  "generationConfig.thinkingConfig": SETTING,
  "generationConfig.topP": hint(1),
  "generationConfig.topK": hint(0, -1),
  "generationConfig.seed": hint(),
  "generationConfig.presencePenalty": hint(0),
  "generationConfig.frequencyPenalty": hint(0),
  "generationConfig.responseLogprobs": refused(LOGPROBS, false),
  "generationConfig.logprobs": refused(LOGPROBS, 0),
  "generationConfig.responseModalities": refused(TEXT_ONLY, "TEXT", "MODALITY_UNSPECIFIED", "text"),
  "generationConfig.speechConfig": refused(TEXT_ONLY),
  "generationConfig.imageConfig": refused(TEXT_ONLY),
  "generationConfig.enableAffectiveDialog": refused(TEXT_ONLY, false),
  "generationConfig.mediaResolution": harmless("advice about pictures, which are sent as they are"),
  "generationConfig.audioTimestamp": harmless("advice about sound, which is sent as it is"),
  "generationConfig.enableEnhancedCivicAnswers": hint(false),
  "generationConfig.routingConfig": harmless("the address names the model"),
  "generationConfig.modelSelectionConfig": harmless("the address names the model"),
} as const satisfies Readonly<Record<string, Member>>;

const PLACES = Object.keys(MEMBERS);
/** Members whose own members stand in the table. */
const GROUPS = ["generationConfig", "toolConfig"];
/** The names by their other spelling. */
const NAMES: ReadonlyMap<string, string> = new Map(
  [...GROUPS, ...PLACES.map((at) => at.slice(at.indexOf(".") + 1))].map((name) => [snakeCase(name), name]),
);

function membersOf(value: unknown): Map<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map();
  const members = new Map<string, unknown>();
  for (const [name, member] of Object.entries(value)) members.set(NAMES.get(name) ?? name, member);
  return members;
}

/** Adds notices for the members that are not honoured. @throws BridgeError `unsupported_feature` for what must not be ignored. */
export function checkMembers(body: unknown, notices: Notice[]): void {
  const members = membersOf(body);
  for (const group of GROUPS) {
    const inner = membersOf(members.get(group));
    members.delete(group);
    for (const [name, value] of inner) members.set(`${group}.${name}`, value);
  }
  checkTable({ names: members.keys(), valueAt: (at) => members.get(at) }, MEMBERS, notices);
}
