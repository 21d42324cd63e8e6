import type { ChatResponse } from "ollama";
import * as fc from "fast-check";
import { expect } from "vitest";
import { collect, type Turn } from "../../../../src/turn/collect.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import { textOf } from "../../../../src/turn/message.ts";
import { decoded, generated } from "../../../support/bridge/ollama-requests.ts";
import { anyText, turnEvents } from "../../../support/data/arbitraries.ts";
import { unicodeLines } from "../../../support/streams/frames.ts";
import { eventsOf, gather, textTurn } from "../../../support/streams/events.ts";
import { ollamaResponses } from "../../../support/streams/vendor-accumulators.ts";
import { verifies } from "../../../support/verifies.ts";

const context = {
  id: "abc",
  created: 1_700_000_000,
  inputTokens: () => Promise.resolve(7),
  timing: () => ({ total: 3, firstContent: 1.25 }),
};

const { timing: _, ...withoutTiming } = context;

async function framesOf(events: readonly TurnEvent[], members: object = {}): Promise<string> {
  return (await gather(decoded(members).frames(eventsOf(events), context))).join("");
}

/** What a client has in the end, as far as it is of the turn. */
function foldedFrom(responses: readonly ChatResponse[]): object {
  const last: (ChatResponse & { readonly estimated?: boolean }) | undefined = responses.at(-1);
  return {
    text: responses.map(({ message }) => message.content).join(""),
    thoughts: responses.map(({ message }) => message.thinking ?? "").join(""),
    calls: responses.flatMap(({ message }) => message.tool_calls ?? []).map((call) => call.function),
    ids: responses
      .flatMap(({ message }) => message.tool_calls ?? [])
      .map((call) => (call as { id?: string }).id),
    done: responses.map(({ done }) => done),
    finish: responses.flatMap(({ done_reason: reason }) => reason ?? []),
    usage: [last?.prompt_eval_count, last?.eval_count, last?.estimated ?? false],
    durations: [last?.total_duration, last?.prompt_eval_duration, last?.eval_duration],
    model: last?.model,
  };
}

const FINISH = {
  end: "stop",
  "stop-sequence": "stop",
  "tool-calls": "stop",
  "max-tokens": "length",
  refusal: "refusal",
} as const;

function folded({ parts, stopReason, usage, model }: Turn, responses: number): object {
  const calls = parts.filter((part) => part.type === "tool-call");
  return {
    text: textOf(parts),
    thoughts: parts.map((part) => (part.type === "reasoning" ? part.text : "")).join(""),
    calls: calls.map(({ name, input }, index) => ({ index, name, arguments: JSON.parse(input) as unknown })),
    ids: calls.map(({ id }) => id),
    done: Array.from({ length: responses }, (_, index) => index === responses - 1),
    finish: [FINISH[stopReason.unified]],
    usage: [usage.inputTokens, usage.outputTokens, usage.estimated],
    durations: [3e9, 1.25e9, 1.75e9],
    model,
  };
}

verifies(
  ["ollama.sdk", "ollama.usage", "ollama.finish", "ollama.think", "ollama.lines"],
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
        const responses = await ollamaResponses(new Response(body));
        expect(foldedFrom(responses)).toEqual(folded(await collect(eventsOf(events)), responses.length));
      }),
      { numRuns: 150 },
    );
  },
);

verifies("ollama.sdk", "a plain answer is what the stream of the same turn adds up to", async () => {
  await fc.assert(
    fc.asyncProperty(turnEvents({ waits: false }), async (events) => {
      const turn = await collect(eventsOf(events));
      const whole = JSON.stringify(decoded({ stream: false }).encode(turn, context));
      expect(foldedFrom(await ollamaResponses(new Response(whole), false))).toEqual(folded(turn, 1));
    }),
    { numRuns: 100 },
  );
});

verifies(["ollama.generate", "ollama.sdk"], "what is generated says the same in its own place", async () => {
  await fc.assert(
    fc.asyncProperty(turnEvents(), async (events) => {
      const frames = (await gather(generated({}).frames(eventsOf(events), context))).join("");
      const lines = frames
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as { response: string; message?: unknown; done: boolean });
      const turn = await collect(eventsOf(events));
      expect(lines.map(({ response }) => response).join("")).toBe(textOf(turn.parts));
      expect(lines.every(({ message }) => message === undefined)).toBe(true);
      expect(generated({}).encode(turn, context)).toMatchObject({ response: textOf(turn.parts), done: true });
    }),
    { numRuns: 60 },
  );
});

verifies("ollama.think", "who turned thinking off sees no thoughts", async () => {
  await fc.assert(
    fc.asyncProperty(turnEvents(), async (events) => {
      const turn = await collect(eventsOf(events));
      const streamed = await ollamaResponses(new Response(await framesOf(events, { think: false })));
      const whole = JSON.stringify(decoded({ think: false }).encode(turn, context));
      for (const responses of [streamed, await ollamaResponses(new Response(whole), false)]) {
        expect(foldedFrom(responses)).toEqual({ ...folded(turn, responses.length), thoughts: "" });
      }
    }),
    { numRuns: 60 },
  );
});

verifies(
  ["ollama.lines", "ollama.keep-alive"],
  "any text comes through as it was, each line an object of a whole response",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { maxLength: 5 }), async (pieces) => {
        const wait = { type: "turn-wait", reason: "consent", elapsedMs: 1, message: "Allow it." } as const;
        const frames = await framesOf([wait, ...textTurn(...pieces)]);
        expect(Buffer.from(frames, "utf8").toString("utf8")).toBe(frames);
        for (const line of unicodeLines(frames)) {
          expect(JSON.parse(line)).toMatchObject({
            created_at: "2023-11-14T22:13:20.000Z",
            message: { role: "assistant" },
          });
        }
        expect(foldedFrom(await ollamaResponses(new Response(frames)))).toMatchObject({
          text: pieces.join(""),
        });
      }),
      { numRuns: 100 },
    );
  },
);

verifies("ollama.errors", "a stream that fails ends with the error, alone on its line", async () => {
  const error = new BridgeError("consent_denied", "The person said no.\u2028Really.");
  const failed: TurnEvent[] = [...textTurn("a").slice(0, 3), { type: "turn-error", error }];
  for (const { frames } of [decoded({}), generated({})]) {
    const text = (await gather(frames(eventsOf(failed), context))).join("");
    expect(JSON.parse(unicodeLines(text).at(-1) ?? "")).toEqual({
      error: error.message,
      code: "consent_denied",
    });
  }
  await expect(ollamaResponses(new Response(await framesOf(failed)))).rejects.toThrow("The person said no.");
});

verifies("ollama.usage", "nobody's durations are left out", async () => {
  const turn = await collect(eventsOf(textTurn("a")));
  const known = Object.keys(decoded({}).encode(turn, withoutTiming) as object);
  expect(known.filter((name) => /duration|count|estimated/.test(name))).toEqual([]);
  const whole = decoded({}).encode(turn, {
    ...context,
    timing: () => ({ total: 0.5, firstContent: undefined }),
  });
  expect(whole).toMatchObject({ total_duration: 5e8 });
  expect(whole).not.toHaveProperty("eval_duration");
});
