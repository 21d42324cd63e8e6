import * as fc from "fast-check";
import { expect } from "vitest";
import { stream } from "../../../../src/dialects/openai-chat/stream.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import { failingTurnEvents, turnEvents } from "../../../support/data/arbitraries.ts";
import { eventsOf, gather, textTurn } from "../../../support/streams/events.ts";
import { parseFrames } from "../../../support/streams/frames.ts";
import { verifies } from "../../../support/verifies.ts";

const context = { id: "abc", created: 1_700_000_000, inputTokens: () => Promise.resolve(7) };
const HEAD = `data: {"id":"chatcmpl-abc","object":"chat.completion.chunk","created":1700000000,"model":"model"`;

function framesOf(
  events: readonly TurnEvent[],
  includeUsage = false,
  customTools: ReadonlySet<string> = new Set(),
  isLegacy = false,
): Promise<string[]> {
  return gather(
    stream(eventsOf(events), context, {
      model: "model",
      choices: 1,
      includeUsage,
      callForm: { customTools, isLegacy },
    }),
  );
}

interface Chunk {
  readonly id: string;
  readonly created: number;
  readonly object: string;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: {
      readonly role?: string;
      readonly content?: string;
      readonly tool_calls?: readonly {
        readonly index: number;
        readonly id?: string;
        readonly type?: string;
        readonly function: { readonly name?: string; readonly arguments: string };
      }[];
    };
    readonly finish_reason: string | null;
  }[];
  readonly usage?: object | null;
}

async function chunksOf(events: readonly TurnEvent[], includeUsage = false): Promise<Chunk[]> {
  const frames = parseFrames((await framesOf(events, includeUsage)).join(""));
  return frames.filter(({ data }) => data !== "[DONE]").map(({ data }) => data as Chunk);
}

verifies(
  ["chat.one-identity", "chat.role-once", "chat.done-last"],
  "a text answer, frame by frame",
  async () => {
    expect(await framesOf(textTurn("He", 'llo "you"\n'))).toEqual([
      `${HEAD},"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]}\n\n`,
      `${HEAD},"choices":[{"index":0,"delta":{"content":"He"},"logprobs":null,"finish_reason":null}]}\n\n`,
      `${HEAD},"choices":[{"index":0,"delta":{"content":"llo \\"you\\"\\n"},"logprobs":null,"finish_reason":null}]}\n\n`,
      `${HEAD},"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`,
    ]);
  },
);

verifies("chat.usage-asked", "usage comes in a chunk of its own when asked for", async () => {
  const end: TurnEvent = {
    type: "turn-end",
    stopReason: { unified: "end" },
    usage: { inputTokens: 3, outputTokens: 4, estimated: true },
  };
  const frames = (await framesOf([{ type: "turn-start", model: "model" }, end], true)).join("");
  expect(frames).toBe(
    `${HEAD},"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}\n\n` +
      `${HEAD},"choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}\n\n` +
      `${HEAD},"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7,"estimated":true}}\n\n` +
      `data: [DONE]\n\n`,
  );
});

verifies("chat.usage-asked", "usage does not come unasked", async () => {
  const frames = (await framesOf(textTurn("x"))).join("");
  expect(frames).not.toContain("usage");
});

verifies("chat.tool-call-chunks", "a tool call, frame by frame", async () => {
  const frames = await framesOf([
    { type: "turn-start", model: "model" },
    { type: "tool-call-start", id: "t", callId: "call_1", name: "read" },
    { type: "tool-call-delta", id: "t", json: '{"path":' },
    { type: "tool-call-delta", id: "t", json: '"a"}' },
    { type: "tool-call-end", id: "t" },
    { type: "turn-end", stopReason: { unified: "tool-calls" }, usage: { estimated: false } },
  ]);
  const tail = `,"logprobs":null,"finish_reason":null}]}\n\n`;
  expect(frames.slice(1, -1)).toEqual([
    `${HEAD},"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"read","arguments":""}}]}${tail}`,
    `${HEAD},"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"path\\":"}}]}${tail}`,
    `${HEAD},"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\\"a\\"}"}}]}${tail}`,
  ]);
});

verifies("chat.custom-tools", "a call of a custom tool, frame by frame", async () => {
  const frames = await framesOf(
    [
      { type: "turn-start", model: "model" },
      { type: "tool-call-start", id: "t", callId: "call_1", name: "patch" },
      { type: "tool-call-delta", id: "t", json: '{"inp' },
      { type: "tool-call-delta", id: "t", json: 'ut":"+x"}' },
      { type: "tool-call-end", id: "t" },
      { type: "turn-end", stopReason: { unified: "tool-calls" }, usage: { estimated: false } },
    ],
    false,
    new Set(["patch"]),
  );
  const tail = `,"logprobs":null,"finish_reason":null}]}\n\n`;
  expect(frames.slice(1, -1)).toEqual([
    `${HEAD},"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"custom","custom":{"name":"patch","input":""}}]}${tail}`,
    `${HEAD},"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"custom":{"input":"+x"}}]}${tail}`,
  ]);
});

verifies(
  "chat.finish-tool-calls",
  "a call ends the answer with tool_calls unless it was cut off",
  async () => {
    const call: TurnEvent[] = [
      { type: "turn-start", model: "model" },
      { type: "tool-call-start", id: "t", callId: "call_1", name: "read" },
      { type: "tool-call-end", id: "t" },
    ];
    for (const [unified, finish] of [
      ["end", "tool_calls"],
      ["stop-sequence", "tool_calls"],
      ["tool-calls", "tool_calls"],
      ["max-tokens", "length"],
      ["refusal", "content_filter"],
    ] as const) {
      const chunks = await chunksOf([
        ...call,
        { type: "turn-end", stopReason: { unified }, usage: { estimated: false } },
      ]);
      expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe(finish);
    }
  },
);

verifies("chat.keep-alive", "waiting opens the stream and then adds chunks with an empty delta", async () => {
  const wait: TurnEvent = { type: "turn-wait", reason: "host", elapsedMs: 10_000 };
  const frames = await framesOf([
    { ...wait, reason: "consent", message: "waiting\r\nfor you" },
    wait,
    ...textTurn("hi"),
  ]);
  const empty = `,"logprobs":null,"finish_reason":null}]}\n\n`;
  expect(frames[0]).toBe(
    `: waiting for you\n\n${HEAD},"choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null}${empty}`,
  );
  expect(frames[1]).toBe(`${HEAD},"choices":[{"index":0,"delta":{}${empty}`);
  expect(frames[2]).toBe(`${HEAD},"choices":[{"index":0,"delta":{"content":"hi"}${empty}`);
});

verifies(["chat.error-frame", "chat.done-last"], "a failure is the last frame", async () => {
  const error = new BridgeError("host_gone", "The host went away.");
  const frames = await framesOf([
    { type: "turn-wait", reason: "host", elapsedMs: 1 },
    { type: "turn-error", error },
  ]);
  expect(frames.at(-1)).toBe(
    `data: {"error":{"message":"The host went away.","type":"server_error","param":null,"code":"host_gone"}}\n\n`,
  );
  expect(frames.join("")).not.toContain("[DONE]");
});

verifies(
  [
    "chat.one-identity",
    "chat.role-once",
    "chat.choice-index",
    "chat.finish-last",
    "chat.no-empty-tool-calls",
  ],
  "the rules of the stream hold for every turn",
  async () => {
    await fc.assert(
      fc.asyncProperty(turnEvents(), fc.boolean(), async (events, includeUsage) => {
        const text = (await framesOf(events, includeUsage)).join("");
        expect(text.endsWith("data: [DONE]\n\n")).toBe(true);
        expect(text.match(/\[DONE\]/g)).toHaveLength(1);

        const chunks = await chunksOf(events, includeUsage);
        const last = includeUsage ? chunks.pop() : undefined;
        expect(new Set(chunks.map(({ id, created, object }) => `${id} ${created} ${object}`)).size).toBe(1);
        for (const { choices, usage } of chunks) {
          expect(choices).toHaveLength(1);
          expect(choices[0]?.index).toBe(0);
          expect(usage).toBe(includeUsage ? null : undefined);
        }
        const deltas = chunks.map(({ choices }) => choices[0]?.delta);
        expect(deltas.map((delta) => delta?.role)).toEqual([
          "assistant",
          ...deltas.slice(1).map(() => undefined),
        ]);
        const reasons = chunks.map(({ choices }) => choices[0]?.finish_reason);
        expect(reasons.slice(0, -1).every((reason) => reason === null)).toBe(true);
        expect(reasons.at(-1)).toBeTypeOf("string");
        if (includeUsage) {
          expect(last?.choices).toEqual([]);
          expect(last?.usage).toBeTypeOf("object");
        }
        expectCalls(deltas.flatMap((delta) => (delta?.tool_calls === undefined ? [] : [delta.tool_calls])));
      }),
      { numRuns: 150 },
    );
  },
);

function expectCalls(lists: readonly NonNullable<Chunk["choices"][0]["delta"]["tool_calls"]>[]): void {
  let index = -1;
  for (const calls of lists) {
    expect(calls).toHaveLength(1);
    const [call] = calls;
    if (call?.id === undefined) expect(call?.index).toBe(index);
    else {
      index += 1;
      expect(call).toMatchObject({ index, type: "function", function: { arguments: "" } });
      expect(call.function.name).toBeTypeOf("string");
    }
    expect(call?.function.arguments).toBeTypeOf("string");
  }
}

verifies(
  ["chat.error-frame", "chat.done-last"],
  "a failure at any point ends in one error frame",
  async () => {
    await fc.assert(
      fc.asyncProperty(failingTurnEvents(), async (events) => {
        const frames = parseFrames((await framesOf(events)).join(""));
        const errors = frames.filter(
          ({ data }) => typeof data === "object" && data !== null && "error" in data,
        );
        expect(errors).toHaveLength(1);
        expect(frames.at(-1)).toBe(errors[0]);
        expect(frames.some(({ data }) => data === "[DONE]")).toBe(false);
        expect(frames.every(({ event }) => event === undefined)).toBe(true);
      }),
      { numRuns: 100 },
    );
  },
);
