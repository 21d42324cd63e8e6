import { expect } from "vitest";
import { anthropicMessages } from "../../../../src/dialects/anthropic-messages/index.ts";
import { collect } from "../../../../src/turn/collect.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";
import { verifies } from "../../../support/verifies.ts";

verifies("messages.no-tokens", "a request for no tokens needs no host, and any other does", async () => {
  const body = { model: "claude-x", messages: [{ role: "user", content: "Hello?" }] };
  const decode = (max_tokens: number) =>
    anthropicMessages.decode({ ...body, max_tokens }, new Headers(), ANYONE);
  expect(decode(1).withoutHost).toBeUndefined();
  const { withoutHost, encode } = decode(0);
  if (withoutHost === undefined) throw new Error("a host is needed");
  const turn = await collect(withoutHost(7));
  expect(encode(turn, { id: "1", created: 0, inputTokens: () => Promise.resolve(7) })).toMatchObject({
    type: "message",
    model: "claude-x",
    content: [],
    stop_reason: "max_tokens",
    usage: { input_tokens: 7, output_tokens: 0 },
  });
});

verifies("messages.caller", "a call says who makes it, the model itself", () => {
  const { encode } = anthropicMessages.decode(
    { model: "m", max_tokens: 5, messages: [{ role: "user", content: "Hello?" }] },
    new Headers(),
    ANYONE,
  );
  const turn = {
    model: "m",
    parts: [{ type: "tool-call", id: "c", name: "read", input: "{}" }],
    stopReason: { unified: "tool-calls" },
    usage: { estimated: false },
    others: [],
  } as const;
  expect(encode(turn, { id: "1", created: 0, inputTokens: () => Promise.resolve(0) })).toMatchObject({
    content: [{ type: "tool_use", caller: { type: "direct" } }],
  });
});
