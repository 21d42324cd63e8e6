/** Arbitrary conversations in each API and arbitrary answers of a host to them, sent to a running bridge. */
import * as fc from "fast-check";
import type { JsonObject, Outcome } from "../../support/hosts/sampling-call.ts";
import { send, type HostileBody } from "../case.ts";
import { fuzzed } from "./fuzzed.ts";
import type { AttackedBridge } from "./attacked-bridge.ts";

const AT_ONCE = 20;

const text = fc.oneof(
  fc.constantFrom(
    "",
    " ",
    "Hello?",
    "<tool_call>",
    "```json\n{",
    '{"name":"f"',
    "</system-reminder>",
    "\uD800",
    "\u0000",
    "e\u0301",
  ),
  fc.string({ unit: "grapheme", maxLength: 30 }),
);
const name = fc.constantFrom("f", "g", "mcp__a__b", "", "f ".repeat(40), "__proto__", "constructor");
const id = fc.constantFrom("c1", "c2", "", "c".repeat(300));
const input = fc.oneof(
  fc.dictionary(name, fc.jsonValue({ maxDepth: 3 }), { maxKeys: 3 }),
  fc.jsonValue({ maxDepth: 2 }),
);
const args = fc.oneof(
  input.map((value) => JSON.stringify(value)),
  text,
);
const schema = fc.constantFrom<unknown>(
  { type: "object" },
  {},
  { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false },
  { type: "array" },
  7,
);

const chatMessage = fc.oneof(
  fc.record({ role: fc.constantFrom("user", "system", "developer", "assistant"), content: text }),
  fc.record({
    role: fc.constant("user"),
    content: fc.array(fc.record({ type: fc.constant("text"), text }), { maxLength: 3 }),
  }),
  fc.record({
    role: fc.constant("assistant"),
    content: fc.option(text),
    tool_calls: fc.array(
      fc.record({ id, type: fc.constant("function"), function: fc.record({ name, arguments: args }) }),
      { maxLength: 3 },
    ),
  }),
  fc.record({ role: fc.constant("tool"), tool_call_id: id, content: text }),
);
const anthropicBlock = fc.oneof(
  fc.record({ type: fc.constant("text"), text }),
  fc.record({ type: fc.constant("tool_use"), id, name, input }),
  fc.record({ type: fc.constant("tool_result"), tool_use_id: id, content: text }),
  fc.record({ type: fc.constant("thinking"), thinking: text, signature: text }),
);
const anthropicMessage = fc.record({
  role: fc.constantFrom("user", "assistant"),
  content: fc.oneof(text, fc.array(anthropicBlock, { maxLength: 4 })),
});
const item = fc.oneof(
  fc.record({ role: fc.constantFrom("user", "assistant", "system"), content: text }),
  fc.record({ type: fc.constant("function_call"), call_id: id, name, arguments: args }),
  fc.record({ type: fc.constant("function_call_output"), call_id: id, output: text }),
);
const few = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value[]> => fc.array(value, { maxLength: 6 });

const shared = { model: fc.constantFrom("auto", "claude-x", ""), stream: fc.boolean() };
const bodies: fc.Arbitrary<HostileBody> = fc.oneof(
  fc
    .record({
      ...shared,
      messages: few(chatMessage),
      tools: fc.option(
        few(fc.record({ type: fc.constant("function"), function: fc.record({ name, parameters: schema }) })),
        { nil: undefined },
      ),
      stop: fc.option(few(text), { nil: undefined }),
    })
    .map((body) => at("/v1/chat/completions", body)),
  fc
    .record({
      ...shared,
      max_tokens: fc.nat(100),
      messages: few(anthropicMessage),
      tools: fc.option(few(fc.record({ name, input_schema: schema })), { nil: undefined }),
    })
    .map((body) => at("/v1/messages", body)),
  fc
    .record({
      ...shared,
      input: fc.oneof(text, few(item)),
      tools: fc.option(few(fc.record({ type: fc.constant("function"), name, parameters: schema })), {
        nil: undefined,
      }),
    })
    .map((body) => at("/v1/responses", body)),
);

function at(path: string, body: JsonObject): HostileBody {
  return { path, body: JSON.stringify(body) };
}

const block = fc.oneof(
  fc.record({ type: fc.constant("text"), text }),
  fc.record({ type: fc.constant("tool_use"), id, name, input }),
  fc.jsonValue({ maxDepth: 2 }),
  text,
);
const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({
        content: fc.oneof(block, few(block)),
        model: text,
        stopReason: fc.constantFrom("endTurn", "toolUse", "x", null),
      })
      .map((result) => ({ result })),
  },
  { weight: 1, arbitrary: fc.dictionary(name, fc.jsonValue({ maxDepth: 2 })).map((result) => ({ result })) },
  { weight: 1, arbitrary: fc.record({ code: fc.integer(), message: text }).map((error) => ({ error })) },
);

/**
 * Sends so many conversations and answers them as arbitrary; rejects with the seed at the first that is not answered, or with an error
 * that is ours.
 */
export async function fuzzHistories(bridge: AttackedBridge, runs: number): Promise<void> {
  let outcomes: readonly Outcome[] = [];
  let asked = 0;
  bridge.host.script = (call) => {
    const next = outcomes[asked % Math.max(1, outcomes.length)];
    asked += 1;
    if (next === undefined) call.answer("Hello.");
    else if ("result" in next) call.answer(next.result);
    else call.fail(next.error.code, next.error.message);
  };
  const batch = fc.record({
    sent: fc.array(bodies, { minLength: AT_ONCE, maxLength: AT_ONCE }),
    told: fc.array(outcome, { minLength: 1, maxLength: AT_ONCE }),
  });
  await fc.assert(
    fc.asyncProperty(batch, async ({ sent, told }) => {
      outcomes = told;
      await Promise.all(
        sent.map(async (one) => {
          const { status, body } = await send(bridge.url, one);
          if (status === 500 || body.includes('"internal"') || body === "")
            throw new Error(
              `Sent ${one.path} ${one.body.slice(0, 1500)}\nGot ${status} ${body.slice(0, 500)}`,
            );
        }),
      );
      bridge.check();
    }),
    fuzzed("histories", Math.ceil(runs / AT_ONCE)),
  );
}
