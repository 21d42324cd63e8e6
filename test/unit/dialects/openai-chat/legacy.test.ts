import { expect } from "vitest";
import { openaiChat } from "../../../../src/dialects/openai-chat/index.ts";
import type { Exchange } from "../../../../src/dialects/dialect.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";
import { verifies } from "../../../support/verifies.ts";

const FUNCTION = { name: "read", description: "Reads.", parameters: { type: "object" } };
const CONTEXT = { id: "1", created: 0, inputTokens: () => Promise.resolve(0) };
const USAGE = { estimated: false };

function decoded(members: object): Exchange {
  const usual = { model: "auto", messages: [{ role: "user", content: "Hello?" }] };
  return openaiChat.decode({ ...usual, ...members }, new Headers(), ANYONE);
}

async function* events(...all: TurnEvent[]): AsyncGenerator<TurnEvent> {
  yield* all;
}

verifies(
  "chat.legacy-functions",
  "functions are offered, and a call of them can be chosen, forced and forbidden",
  () => {
    for (const [function_call, toolChoice] of [
      [undefined, { type: "auto" }],
      [null, { type: "auto" }],
      ["auto", { type: "auto" }],
      ["none", { type: "none" }],
      [{ name: "read" }, { type: "tool", name: "read" }],
    ] as const) {
      const { request, notices } = decoded({ functions: [FUNCTION], function_call });
      expect(request).toMatchObject({
        tools: [{ name: "read", description: "Reads.", inputSchema: { type: "object" } }],
        toolChoice,
        parallelToolCalls: false,
      });
      expect(notices).toEqual([]);
    }
    expect(() => decoded({ functions: [FUNCTION], function_call: { name: "other" } })).toThrow("tool_choice");
  },
);

verifies("chat.legacy-functions", "calls and results of the history belong together in their order", () => {
  const call = { role: "assistant", content: null, function_call: { name: "read", arguments: "{}" } };
  const { request } = decoded({
    functions: [FUNCTION],
    messages: [
      { role: "user", content: "Read two." },
      call,
      { role: "function", name: "read", content: "A" },
      call,
      { role: "function", name: "read", content: "B" },
    ],
  });
  const ids = request.messages.flatMap(({ parts }) =>
    parts.flatMap((part) =>
      part.type === "tool-call" ? [part.id] : part.type === "tool-result" ? [part.callId] : [],
    ),
  );
  expect(ids).toEqual(["read", "read", "read-2", "read-2"]);
});

verifies("chat.legacy-functions", "who asks in the old form is answered in it", async () => {
  const turn = {
    model: "m",
    parts: [{ type: "tool-call", id: "c", name: "read", input: '{"a":1}' }],
    stopReason: { unified: "tool-calls" },
    usage: USAGE,
    others: [],
  } as const;
  const old = decoded({ functions: [FUNCTION] });
  const body = old.encode(turn, CONTEXT);
  expect(body).toMatchObject({
    choices: [
      {
        message: { content: null, function_call: { name: "read", arguments: '{"a":1}' } },
        finish_reason: "function_call",
      },
    ],
  });
  expect(JSON.stringify(body)).not.toContain("tool_calls");

  const frames: string[] = [];
  const source = events(
    { type: "turn-start", model: "m" },
    { type: "tool-call-start", id: "1", callId: "c", name: "read" },
    { type: "tool-call-delta", id: "1", json: '{"a"' },
    { type: "tool-call-delta", id: "1", json: ":1}" },
    { type: "tool-call-end", id: "1" },
    { type: "turn-end", stopReason: { unified: "tool-calls" }, usage: USAGE },
  );
  for await (const frame of old.frames(source, CONTEXT)) frames.push(frame);
  const chunks = frames
    .join("")
    .split("\n\n")
    .filter((line) => line.startsWith("data: {"))
    .map((line) => JSON.parse(line.slice(6)) as Chunk);
  const calls = chunks.flatMap(({ choices }) => choices[0]?.delta.function_call ?? []);
  expect(calls.map(({ name }) => name).filter((name) => name !== undefined)).toEqual(["read"]);
  expect(calls.map((call) => call.arguments).join("")).toBe('{"a":1}');
  expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe("function_call");
  expect(frames.join("")).not.toContain("tool_calls");

  const modern = decoded({ functions: [FUNCTION], tools: [{ type: "function", function: FUNCTION }] });
  expect(JSON.stringify(modern.encode(turn, CONTEXT))).toContain("tool_calls");
});

interface Chunk {
  readonly choices: readonly {
    readonly delta: { readonly function_call?: { readonly name?: string; readonly arguments: string } };
    readonly finish_reason: string | null;
  }[];
}

verifies("chat.names", "who speaks stands before the words", () => {
  const { request } = decoded({
    messages: [
      { role: "system", name: "example_user", content: "Hi!" },
      { role: "user", name: "Ann", content: "Hello?" },
      { role: "user", name: "Bob", content: [{ type: "text", text: "Me too." }] },
      { role: "assistant", name: "Eve", content: "Yes." },
    ],
  });
  expect(request.system).toEqual([{ type: "text", text: "example_user: Hi!" }]);
  expect(request.messages.map(({ parts }) => parts)).toEqual([
    [{ type: "text", text: "Ann: Hello?" }],
    [{ type: "text", text: "Bob: Me too." }],
    [{ type: "text", text: "Eve: Yes." }],
  ]);
});
