import type { GenerateContentResponse, Part } from "@google/genai";
import * as fc from "fast-check";
import { expect } from "vitest";
import { gemini } from "../../../../src/dialects/gemini/index.ts";
import type { Exchange } from "../../../../src/dialects/dialect.ts";
import { collect, type Turn } from "../../../../src/turn/collect.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import { textOf } from "../../../../src/turn/message.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";
import { anyText, turnEvents } from "../../../support/data/arbitraries.ts";
import { unicodeLines } from "../../../support/streams/frames.ts";
import { eventsOf, gather, textTurn } from "../../../support/streams/events.ts";
import { eventStream, geminiResponses } from "../../../support/streams/vendor-accumulators.ts";
import { verifies } from "../../../support/verifies.ts";

const context = { id: "abc", created: 1_700_000_000, inputTokens: () => Promise.resolve(7) };

function exchange(config: object = {}, alt = "sse"): Exchange {
  const contents = [{ role: "user", parts: [{ text: "hi" }] }];
  return gemini.decode({ contents, generationConfig: config }, new Headers(), ANYONE, {
    params: { model: "asked" },
    query: new URLSearchParams({ alt }),
  });
}

const THOUGHTS = { thinkingConfig: { includeThoughts: true } };

async function framesOf(events: readonly TurnEvent[], config: object = THOUGHTS): Promise<string> {
  return (await gather(exchange(config).frames(eventsOf(events), context))).join("");
}

function partsOf(responses: readonly GenerateContentResponse[]): Part[] {
  return responses.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
}

/** What a client has in the end, as far as it is of the turn. */
function foldedFrom(responses: readonly GenerateContentResponse[]): object {
  const parts = partsOf(responses);
  const joined = (wanted: boolean): string =>
    parts
      .filter(({ thought }) => (thought ?? false) === wanted)
      .map(({ text = "" }) => text)
      .join("");
  const last = responses.at(-1);
  return {
    text: joined(false),
    thoughts: joined(true),
    calls: parts.flatMap(({ functionCall }) => functionCall ?? []),
    signatures: parts.flatMap(({ thoughtSignature = "" }) =>
      Buffer.from(thoughtSignature, "base64").toString().split(/:| /).slice(1),
    ),
    finish: responses.flatMap(({ candidates }) => candidates?.[0]?.finishReason ?? []),
    usage: last?.usageMetadata,
    model: last?.modelVersion,
  };
}

const FINISH = {
  end: "STOP",
  "stop-sequence": "STOP",
  "tool-calls": "STOP",
  "max-tokens": "MAX_TOKENS",
  refusal: "SAFETY",
} as const;

function folded({ parts, stopReason, usage, model }: Turn): object {
  const { inputTokens: prompt, outputTokens: output, estimated } = usage;
  const reasoning = parts.filter((part) => part.type === "reasoning");
  return {
    text: textOf(parts),
    thoughts: reasoning.map(({ text }) => text).join(""),
    calls: parts.flatMap((part) =>
      part.type === "tool-call" ? [{ id: part.id, name: part.name, args: argsOf(part.input) }] : [],
    ),
    signatures: reasoning.flatMap(({ signature }) => signature ?? []),
    finish: [FINISH[stopReason.unified]],
    usage: {
      ...(prompt !== undefined && { promptTokenCount: prompt }),
      ...(output !== undefined && { candidatesTokenCount: output }),
      ...(prompt !== undefined && output !== undefined && { totalTokenCount: prompt + output }),
      ...(estimated && { estimated }),
    },
    model,
  };
}

function argsOf(input: string): unknown {
  try {
    const value: unknown = JSON.parse(input.trim() === "" ? "{}" : input);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : { unparsed: input };
  } catch {
    return { unparsed: input };
  }
}

verifies(
  ["gemini.sdk", "gemini.usage", "gemini.finish", "gemini.thoughts", "gemini.chat-history"],
  "the package makes of any stream the turn that was sent, in whatever pieces it came",
  async () => {
    await fc.assert(
      fc.asyncProperty(turnEvents(), fc.integer({ min: 1, max: 400 }), async (events, piece) => {
        const bytes = Buffer.from(await framesOf(events));
        const body = new ReadableStream<Uint8Array>({
          start(controller) {
            for (let at = 0; at < bytes.length; at += piece)
              controller.enqueue(bytes.subarray(at, at + piece));
            controller.close();
          },
        });
        const responses = await geminiResponses(new Response(body));
        expect(foldedFrom(responses)).toEqual(folded(await collect(eventsOf(events))));
        for (const { candidates } of responses) expect(candidates?.[0]?.content?.parts).toHaveLength(1);
      }),
      { numRuns: 150 },
    );
  },
);

verifies("gemini.sdk", "a plain answer is what the stream of the same turn adds up to", async () => {
  await fc.assert(
    fc.asyncProperty(turnEvents({ waits: false }), async (events) => {
      const turn = await collect(eventsOf(events));
      const whole = JSON.stringify(exchange(THOUGHTS).encode(turn, context));
      const responses = await geminiResponses(new Response(whole), false);
      expect(partsOf(responses)).not.toEqual([]);
      expect(foldedFrom(responses)).toEqual(folded(turn));
    }),
    { numRuns: 100 },
  );
});

verifies(
  "gemini.thoughts",
  "who does not ask for thoughts sees none, and sends back what the host wants",
  async () => {
    await fc.assert(
      fc.asyncProperty(turnEvents(), async (events) => {
        const turn = await collect(eventsOf(events));
        const streamed = await geminiResponses(eventStream(await framesOf(events, {})));
        const whole = JSON.stringify(exchange().encode(turn, context));
        for (const responses of [streamed, await geminiResponses(new Response(whole), false)]) {
          expect(foldedFrom(responses)).toEqual({ ...folded(turn), thoughts: "" });
        }
      }),
      { numRuns: 60 },
    );
  },
);

verifies(
  ["gemini.sdk", "gemini.keep-alive"],
  "any text comes through as it was, and nothing but data does",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 5 }), async (pieces) => {
        const frames = await framesOf(textTurn(...pieces));
        expect(Buffer.from(frames, "utf8").toString("utf8")).toBe(frames);
        for (const line of unicodeLines(frames)) expect(line).toMatch(/^data: \{.*\}$/);
        expect(foldedFrom(await geminiResponses(eventStream(frames)))).toMatchObject({
          text: pieces.join(""),
        });
      }),
      { numRuns: 100 },
    );
  },
);

verifies("gemini.keep-alive", "a wait that has something to say is no comment either", async () => {
  const wait = {
    type: "turn-wait",
    reason: "consent",
    elapsedMs: 1,
    message: "Allow it in the host.",
  } as const;
  const frames = await framesOf([wait, ...textTurn("a")]);
  for (const line of unicodeLines(frames)) expect(line).toMatch(/^data: \{/);
});

verifies(
  ["gemini.errors", "gemini.sdk"],
  "a stream that fails is an error to the package, however it is read",
  async () => {
    const error = new BridgeError("consent_denied", "The person said no.");
    const parts = await gather(
      exchange().frames(eventsOf([...textTurn("a").slice(0, 3), { type: "turn-error", error }]), context),
    );
    const frames = parts.join("");
    // The object alone, as older packages look for it, and the event that parsers of SSE see.
    expect(parts.at(-2)).toMatch(/^\{"error":\{.*\}\}\n\n$/);
    expect(parts.at(-1)).toMatch(/^data: \{"error":\{.*\}\}\n\n$/);
    const expected = {
      name: "ApiError",
      status: 400,
      message: expect.stringContaining("The person said no.") as string,
    };
    await expect(geminiResponses(eventStream(frames))).rejects.toMatchObject(expected);
    const apart = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const part of parts) controller.enqueue(Buffer.from(part));
        controller.close();
      },
    });
    await expect(geminiResponses(new Response(apart))).rejects.toMatchObject(expected);
  },
);

verifies(
  "gemini.array",
  "without alt=sse the same responses are the elements of one JSON array",
  async () => {
    await fc.assert(
      fc.asyncProperty(turnEvents(), async (events) => {
        const { frames, streamType } = exchange(THOUGHTS, "json");
        expect(streamType).toMatch(/^application\/json/);
        const text = (await gather(frames(eventsOf(events), context))).join("");
        const data = (await framesOf(events)).split("\n\n").filter((frame) => frame !== "");
        expect(JSON.parse(text)).toEqual(
          data.map((frame) => JSON.parse(frame.slice("data: ".length)) as unknown),
        );
      }),
      { numRuns: 60 },
    );
    const error = new BridgeError("host_gone", "It is gone.");
    const failed = exchange({}, "json").frames(
      eventsOf([...textTurn("a").slice(0, 3), { type: "turn-error", error }]),
      context,
    );
    const elements = JSON.parse((await gather(failed)).join("")) as object[];
    expect(elements.at(-1)).toMatchObject({ error: { code: 400, message: "It is gone." } });
    expect(() => exchange({}, "proto")).toThrow(/alt/);
  },
);

verifies(
  "gemini.candidates",
  "several candidates end each by itself, and the counts come with the last",
  async () => {
    const at = (choice: number, events: readonly TurnEvent[]): TurnEvent[] =>
      events.map((event) => ({ ...event, choice }));
    const [first, second] = [at(0, textTurn("one")), at(1, textTurn("two"))];
    const events = [first[0], second[0], ...second.slice(1), ...first.slice(1)].filter(
      (event) => event !== undefined,
    );
    const config = { candidateCount: 2 };
    const responses = await geminiResponses(eventStream(await framesOf(events, config)));
    const texts = ["", ""];
    for (const { candidates } of responses) {
      for (const { index = 0, content } of candidates ?? []) texts[index] += content?.parts?.[0]?.text ?? "";
    }
    expect(texts).toEqual(["one", "two"]);
    expect(responses.filter(({ usageMetadata }) => usageMetadata !== undefined)).toEqual([responses.at(-1)]);
    const turn = await collect(eventsOf(events));
    expect(exchange(config).encode(turn, context)).toMatchObject({
      candidates: [
        { content: { parts: [{ text: "one" }] }, finishReason: "STOP", index: 0 },
        { content: { parts: [{ text: "two" }] }, finishReason: "STOP", index: 1 },
      ],
    });
  },
);

verifies("gemini.structured", "a word of several comes without the quotes of JSON", async () => {
  const config = {
    responseMimeType: "text/x.enum",
    responseSchema: { type: "STRING", enum: ["Yes", "No"] },
  };
  const events = textTurn('"Y', 'es"');
  expect(foldedFrom(await geminiResponses(eventStream(await framesOf(events, config))))).toMatchObject({
    text: "Yes",
  });
  const { encode } = exchange(config);
  expect(encode(await collect(eventsOf(events)), context)).toMatchObject({
    candidates: [{ content: { parts: [{ text: "Yes" }] } }],
  });
  expect(encode(await collect(eventsOf(textTurn('"Ye'))), context)).toMatchObject({
    candidates: [{ content: { parts: [{ text: '"Ye' }] } }],
  });
});
