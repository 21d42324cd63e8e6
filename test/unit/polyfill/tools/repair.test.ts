import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { repairToolHistory } from "../../../../src/polyfill/tools/repair.ts";
import type { Message, Part } from "../../../../src/turn/message.ts";

const call = (id: string): Part => ({ type: "tool-call", id, name: "Read", input: "{}" });
const result = (callId: string, text = "ok"): Part => ({
  type: "tool-result",
  callId,
  content: [{ type: "text", text }],
  isError: false,
});
const text = (value: string): Part => ({ type: "text", text: value });
const user = (...parts: Part[]): Message => ({ role: "user", parts });
const assistant = (...parts: Part[]): Message => ({ role: "assistant", parts });

describe("repairToolHistory", () => {
  test("leaves a sound history as it is", () => {
    const history = [
      user(text("go")),
      assistant(call("1"), call("2")),
      user(result("1"), result("2")),
      assistant(text("done")),
    ];
    expect(repairToolHistory(history)).toEqual({ messages: history, mended: 0 });
  });

  test("gives text that stands beside results a message of its own", () => {
    const { messages, mended } = repairToolHistory([
      assistant(call("1")),
      user(result("1"), text("and now?")),
    ]);
    expect(messages).toEqual([assistant(call("1")), user(result("1")), user(text("and now?"))]);
    expect(mended).toBe(0);
  });

  test("puts results behind their call, in its order", () => {
    const { messages } = repairToolHistory([
      assistant(call("1"), call("2")),
      user(text("wait")),
      user(result("2"), result("1")),
    ]);
    expect(messages).toEqual([
      assistant(call("1"), call("2")),
      user(result("1"), result("2")),
      user(text("wait")),
    ]);
  });

  test("tells a call without a result, and a result without a call, as text", () => {
    const { messages, mended } = repairToolHistory([assistant(call("1")), user(result("9", "lost"))]);
    expect(mended).toBe(2);
    expect(JSON.stringify(messages)).not.toMatch(/tool-(?:call|result)"/);
    expect(JSON.stringify(messages)).toContain("lost");
  });

  test("keeps the protocol's rules for any history", () => {
    const ids = fc.constantFrom("a", "b", "c");
    const part = fc.oneof(
      ids.map(call),
      ids.map((id) => result(id)),
      fc.constantFrom("x", "y").map(text),
    );
    const history = fc.array(
      fc.record({
        role: fc.constantFrom("user" as const, "assistant" as const),
        parts: fc.array(part, { minLength: 1 }),
      }),
    );
    fc.assert(
      fc.property(history, (messages) => {
        const { messages: repaired } = repairToolHistory(messages);
        repaired.forEach((message, index) => {
          const calls = message.parts.flatMap((item) => (item.type === "tool-call" ? [item.id] : []));
          const results = message.parts.flatMap((item) => (item.type === "tool-result" ? [item.callId] : []));
          if (calls.length > 0) {
            const next = repaired[index + 1]?.parts.map((item) =>
              item.type === "tool-result" ? item.callId : undefined,
            );
            expect(next).toEqual(calls);
          }
          if (results.length > 0) expect(message.parts.length).toBe(results.length);
        });
      }),
    );
  });
});
