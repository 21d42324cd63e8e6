/** The model behind `mcptb demo`: the same request always gets the same answer. */
import type { CreateMessageRequestParams, CreateMessageResult } from "@modelcontextprotocol/client";

export const DEMO_MODEL = "demo/echo";

/** For the token limit; the demo needs no tokenizer. */
const CHARS_PER_TOKEN = 4;

/** Markdown that repeats what was asked and says what arrived; honours the token limit and the stop sequences. */
export function demoAnswer(params: CreateMessageRequestParams): CreateMessageResult {
  const stopped = cutAtStop(markdown(params), params.stopSequences ?? []);
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

/** The text of the last message of the user. */
export function lastWords(params: CreateMessageRequestParams): string {
  const last = params.messages.findLast((message) => message.role === "user");
  return [last?.content ?? []]
    .flat()
    .map((block) => (block.type === "text" ? block.text : `(${block.type})`))
    .join("\n");
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
