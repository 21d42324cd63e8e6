/** The model behind `mcptb demo`: the same request always gets the same answer. */
import type { CreateMessageRequestParams, CreateMessageResult } from "@modelcontextprotocol/client";
import { sampleOf } from "./sample.ts";

export const DEMO_MODEL = "demo/echo";

/** For the token limit; the demo needs no tokenizer. */
const CHARS_PER_TOKEN = 4;

/**
 * Markdown that repeats what was asked and says what arrived, or JSON where JSON is asked for; honours the token limit and the
 * stop sequences.
 */
export function demoAnswer(params: CreateMessageRequestParams): CreateMessageResult {
  const stopped = cutAtStop(json(params) ?? markdown(params), params.stopSequences ?? []);
  const limit = params.maxTokens * CHARS_PER_TOKEN;
  const characters = Array.from(stopped.text);
  const tooLong = characters.length > limit;
  return {
    role: "assistant",
    model: DEMO_MODEL,
    stopReason: tooLong ? "maxTokens" : stopped.found ? "stopSequence" : "endTurn",
    content: { type: "text", text: tooLong ? characters.slice(0, limit).join("") : stopped.text },
  };
}

/** The text of an answer in the pieces in which a model would write it: words with what is around them. */
export function piecesOf({ content }: CreateMessageResult): string[] {
  // Bound: blanks and other characters are told apart one by one.
  return content.type === "text" ? (content.text.match(/\s*\S+|\s+$/g) ?? []) : [];
}

/** What the person wrote last. Agents put what they want to say themselves into elements around it. */
export function lastWords({ messages }: CreateMessageRequestParams): string {
  const last = messages.findLast((message) => message.role === "user");
  const blocks = [last?.content ?? []]
    .flat()
    .map((block) => (block.type === "text" ? withoutElements(block.text) : `(${block.type})`));
  return blocks.filter((text) => text !== "").join("\n");
}

/** Characters that are looked through for elements; each may take a search to the end. */
const LOOKED_AT = 65_536;

/** The text around elements that fill lines of their own, such as an agent's reminders. */
function withoutElements(text: string): string {
  if (text.length > LOOKED_AT) return text.trim();
  const kept: string[] = [];
  for (let rest = text.trim(); rest !== "";) {
    // Bound: both repetitions are, by the figures in the pattern.
    const [opening, name = ""] = /^<([a-z][\w-]{0,60})[^<>]{0,200}>/i.exec(rest) ?? [];
    const end = opening === undefined ? -1 : rest.indexOf(`</${name}>`);
    if (end >= 0) {
      rest = rest.slice(end + name.length + 3).trim();
      continue;
    }
    const next = rest.indexOf("\n<", 1);
    kept.push(next < 0 ? rest : rest.slice(0, next));
    rest = next < 0 ? "" : rest.slice(next).trim();
  }
  return kept.join("\n").trim();
}

/** How the bridge asks for JSON on behalf of its clients, and how people do. */
const WANTS_JSON = /\bas JSON\b|\bJSON (?:object|value|array|schema)\b|\b(?:valid|only) JSON\b/i;
const SCHEMA = "JSON Schema:\n";

function json(params: CreateMessageRequestParams): string | undefined {
  const words = lastWords(params);
  const { systemPrompt = "" } = params;
  if (!WANTS_JSON.test(systemPrompt) && !WANTS_JSON.test(words.slice(0, 2000))) return undefined;
  const [schema = ""] = systemPrompt.split(SCHEMA).at(-1)?.split("\n", 1) ?? [];
  const sample = systemPrompt.includes(SCHEMA) ? sampleOf(parsed(schema), words) : { answer: words };
  return JSON.stringify(sample);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function markdown(params: CreateMessageRequestParams): string {
  const { messages, systemPrompt = "", maxTokens, modelPreferences } = params;
  const hints = modelPreferences?.hints?.map(({ name }) => `\`${name}\``).join(", ") ?? "";
  return `## Hello from the demo model

You wrote:

${lastWords(params).replaceAll(/^/gm, "> ")}

What reached the MCP host:

- **Messages:** ${messages.length}
- **System prompt:** ${systemPrompt === "" ? "none" : `${Array.from(systemPrompt).length} characters`}
- **Model hints:** ${hints === "" ? "none" : hints}
- **Token limit:** ${maxTokens}

Your program asked over HTTP, the bridge asked the host with \`sampling/createMessage\`, and the host lent this model.
A real one streams the same way: 你好 👋🏽
`;
}

function cutAtStop(text: string, sequences: readonly string[]): { text: string; found: boolean } {
  const places = sequences.filter((sequence) => sequence !== "").map((sequence) => text.indexOf(sequence));
  const first = Math.min(...places.filter((place) => place >= 0));
  return first === Infinity ? { text, found: false } : { text: text.slice(0, first), found: true };
}
