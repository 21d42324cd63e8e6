/** Signed reasoning on its way to a client and back, in each dialect. */
import { describe, expect, test } from "vitest";
import { anthropicMessages } from "../../../src/dialects/anthropic-messages/index.ts";
import type { Dialect } from "../../../src/dialects/dialect.ts";
import { gemini } from "../../../src/dialects/gemini/index.ts";
import { ollama } from "../../../src/dialects/ollama/index.ts";
import { openaiChat } from "../../../src/dialects/openai-chat/index.ts";
import { openaiResponses } from "../../../src/dialects/openai-responses/index.ts";
import { collect } from "../../../src/turn/collect.ts";
import { ANYONE } from "../../../src/turn/principal.ts";
import type { TurnEvent } from "../../../src/turn/event.ts";
import type { Part } from "../../../src/turn/message.ts";
import { eventsOf, gather } from "../../support/streams/events.ts";
import {
  anthropicMessage,
  openaiCompletion,
  openaiResponse,
  eventStream,
  geminiResponses,
  ollamaResponses,
} from "../../support/streams/vendor-accumulators.ts";
import { verifies } from "../../support/verifies.ts";

const context = { id: "abc", created: 1_700_000_000, inputTokens: () => Promise.resolve(7) };
const USER = { role: "user", content: "Read a." };
const OUTPUT = "the text of a";

/** Thinks, speaks, calls; thinks what may not be shown, and calls again. */
const ANSWER: readonly TurnEvent[] = [
  { type: "turn-start", model: "m" },
  { type: "reasoning-start", id: "r1" },
  { type: "reasoning-delta", id: "r1", text: "I must " },
  { type: "reasoning-delta", id: "r1", text: "read." },
  { type: "reasoning-end", id: "r1", signature: "sig-1" },
  { type: "text-start", id: "t1" },
  { type: "text-delta", id: "t1", text: "Reading." },
  { type: "text-end", id: "t1" },
  { type: "tool-call-start", id: "c1", callId: "call_1", name: "read" },
  { type: "tool-call-delta", id: "c1", json: '{"p":"a"}' },
  { type: "tool-call-end", id: "c1" },
  { type: "reasoning-start", id: "r2" },
  { type: "reasoning-end", id: "r2", signature: "sig-2" },
  { type: "tool-call-start", id: "c2", callId: "call_2", name: "read" },
  { type: "tool-call-delta", id: "c2", json: '{"p":"b"}' },
  { type: "tool-call-end", id: "c2" },
  { type: "turn-end", stopReason: { unified: "tool-calls" }, usage: { estimated: false } },
];

interface Way {
  readonly dialect: Dialect;
  /** A first request of a client that knows of reasoning. */
  readonly first: object;
  /** The second request, with the whole answer as the client has it, in the way that SDKs hand it back. */
  second(answer: unknown): object;
  fromFrames(frames: string): Promise<unknown>;
  /** The text of the reasoning that the client sees. */
  shown(answer: unknown): string | undefined;
}

/** Where the requests are posted, as far as that says anything. */
const AT = { params: { model: "m" }, query: new URLSearchParams({ alt: "sse" }) };

const WAYS: Record<string, Way> = {
  "chat completions": {
    dialect: openaiChat,
    first: { model: "m", messages: [USER] },
    second(answer) {
      const { choices } = answer as { choices: { message: { tool_calls: { id: string }[] } }[] };
      const message = choices[0]?.message;
      const results = (message?.tool_calls ?? []).map(({ id }) => ({
        role: "tool",
        tool_call_id: id,
        content: OUTPUT,
      }));
      return { model: "m", messages: [USER, message, ...results] };
    },
    fromFrames: openaiCompletion,
    shown: (answer) =>
      (answer as { choices: { message: { reasoning_content?: string } }[] }).choices[0]?.message
        .reasoning_content,
  },
  messages: {
    dialect: anthropicMessages,
    first: { model: "m", max_tokens: 9, thinking: { type: "adaptive" }, messages: [USER] },
    second(answer) {
      const { content } = answer as { content: { type: string; id?: string }[] };
      const results = content.flatMap(({ type, id }) =>
        type === "tool_use" ? [{ type: "tool_result", tool_use_id: id, content: OUTPUT }] : [],
      );
      const messages = [USER, { role: "assistant", content }, { role: "user", content: results }];
      return { model: "m", max_tokens: 9, thinking: { type: "adaptive" }, messages };
    },
    fromFrames: anthropicMessage,
    shown: (answer) =>
      (answer as { content: { type: string; thinking?: string }[] }).content.find(
        ({ type }) => type === "thinking",
      )?.thinking,
  },
  responses: {
    dialect: openaiResponses({ responses: 1, size: 1, ageMs: 60_000 }),
    first: { model: "m", input: [USER], reasoning: { summary: "auto" }, store: false },
    second(answer) {
      const { output } = answer as { output: { type: string; call_id?: string }[] };
      const results = output.flatMap(({ type, call_id }) =>
        type === "function_call" ? [{ type: "function_call_output", call_id, output: OUTPUT }] : [],
      );
      return { model: "m", input: [USER, ...output, ...results], reasoning: {}, store: false };
    },
    fromFrames: openaiResponse,
    shown: (answer) =>
      (answer as { output: { type: string; summary?: { text: string }[] }[] }).output.find(
        ({ type }) => type === "reasoning",
      )?.summary?.[0]?.text,
  },
  gemini: {
    dialect: gemini,
    first: { contents: "Read.", generationConfig: { thinkingConfig: { includeThoughts: true } } },
    second(answer) {
      const parts = partsOf(answer);
      const results = parts.flatMap(({ functionCall: call }) =>
        call ? [{ functionResponse: { id: call.id, name: call.name, response: { output: OUTPUT } } }] : [],
      );
      // Clients keep no thoughts.
      const kept = parts.filter(({ thought }) => thought !== true);
      return { contents: ["Read.", { role: "model", parts: kept }, { role: "user", parts: results }] };
    },
    fromFrames: async (frames) => {
      const responses = await geminiResponses(eventStream(frames));
      return { candidates: responses.flatMap(({ candidates }) => candidates ?? []) };
    },
    shown: (answer) => partsOf(answer).find(({ thought }) => thought === true)?.text,
  },
  ollama: {
    dialect: ollama,
    first: { model: "m", messages: [USER] },
    second(answer) {
      const { message } = answer as OllamaAnswer;
      const results = message.tool_calls.map(({ function: { name } }) => ({
        role: "tool",
        tool_name: name,
        content: OUTPUT,
      }));
      return { model: "m", messages: [USER, message, ...results] };
    },
    async fromFrames(frames) {
      const messages = (await ollamaResponses(eventStream(frames))).map(({ message }) => message);
      return {
        message: {
          role: "assistant",
          content: messages.map(({ content }) => content).join(""),
          thinking: messages.map(({ thinking = "" }) => thinking).join(""),
          tool_calls: messages.flatMap((message) => message.tool_calls ?? []),
        },
      };
    },
    shown: (answer) => (answer as OllamaAnswer).message.thinking,
  },
};

interface OllamaAnswer {
  readonly message: {
    readonly thinking: string;
    readonly tool_calls: readonly { readonly function: { readonly name: string } }[];
  };
}

interface GeminiPart {
  readonly text?: string;
  readonly thought?: boolean;
  readonly functionCall?: { readonly id?: string; readonly name?: string };
}

function partsOf(answer: unknown): readonly GeminiPart[] {
  return (answer as { candidates: { content: { parts: GeminiPart[] } }[] }).candidates.flatMap(
    ({ content }) => content.parts,
  );
}

/** What is between the last text and each call. */
function signaturesByCall(parts: readonly Part[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  let signatures: string[] = [];
  for (const part of parts) {
    if (part.type === "reasoning" && part.signature !== undefined) signatures.push(part.signature);
    if (part.type !== "tool-call") continue;
    found[part.id] = signatures;
    signatures = [];
  }
  return found;
}

for (const [name, way] of Object.entries(WAYS)) {
  describe(name, () => {
    const exchange = (body: object, stream = false) =>
      way.dialect.decode({ ...body, stream }, new Headers(), ANYONE, AT);

    async function answers(body: object): Promise<unknown[]> {
      const whole = exchange(body).encode(await collect(eventsOf(ANSWER)), context);
      const frames = (await gather(exchange(body, true).frames(eventsOf(ANSWER), context))).join("");
      return [JSON.parse(JSON.stringify(whole)), JSON.parse(JSON.stringify(await way.fromFrames(frames)))];
    }

    verifies(
      ["turn.reasoning-back", "ollama.signatures"],
      "it comes back before the calls that it led to",
      async () => {
        for (const answer of await answers(way.first)) {
          // The `openai` package keeps the last piece only of a member that it does not know.
          expect("I must read.").toContain(way.shown(answer) ?? "nothing");
          const { request } = exchange(way.second(answer));
          const said = request.messages.find(({ role }) => role === "assistant");
          expect(signaturesByCall(said?.parts ?? [])).toEqual({ call_1: ["sig-1"], call_2: ["sig-2"] });
          // A vendor that wants it back wants it before the text.
          expect(said?.parts[0]).toMatchObject({ type: "reasoning", signature: "sig-1" });
        }
      },
    );
  });
}

test("clients that do not ask for it see an answer without it, where it would be a block of its own", async () => {
  const quiet: readonly (readonly [Dialect, object])[] = [
    [anthropicMessages, { model: "m", max_tokens: 9, messages: [USER] }],
    [openaiResponses({ responses: 1, size: 1, ageMs: 60_000 }), { model: "m", input: [USER] }],
  ];
  for (const [dialect, body] of quiet) {
    const whole = dialect
      .decode(body, new Headers(), ANYONE)
      .encode(await collect(eventsOf(ANSWER)), context);
    const streamed = await gather(
      dialect.decode({ ...body, stream: true }, new Headers(), ANYONE).frames(eventsOf(ANSWER), context),
    );
    for (const text of [JSON.stringify(whole), streamed.join("")]) {
      expect(text).toContain("Reading.");
      expect(text).not.toMatch(/must read|sig-[12]|"type":"(?:reasoning|thinking|redacted_thinking)"/);
    }
  }
});
