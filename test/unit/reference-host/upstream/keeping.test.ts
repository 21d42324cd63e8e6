import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import { randomBytes } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import type { UpstreamClient } from "../../../../src/reference-host/upstream/ask-upstream.ts";
import { CallMemory } from "../../../../src/reference-host/upstream/memory.ts";
import { openai } from "../../../../src/reference-host/upstream/openai.ts";
import { Seals } from "../../../../src/reference-host/upstream/seal.ts";
import {
  chunk,
  sse,
  startUpstream,
  stream,
  write,
  type FakeUpstream,
  type UpstreamCall,
} from "../../../support/upstreams/fake-upstream.ts";
import { clientOf } from "../../../support/upstreams/upstream-api.ts";
import { verifies } from "../../../support/verifies.ts";

let upstream: FakeUpstream | undefined;
afterEach(async () => {
  await upstream?.close();
  upstream = undefined;
});

describe("what is kept", () => {
  const CALL = [{ index: 0, id: "call_0", function: { name: "f", arguments: "{}" } }];
  const FIRST = sse(
    chunk({ reasoning_content: "hm" }),
    chunk({ tool_calls: CALL }),
    chunk({}, "tool_calls"),
    "[DONE]",
  );
  const user = { role: "user" as const, content: { type: "text" as const, text: "Go." } };

  async function answer(call: UpstreamCall): Promise<void> {
    stream(call);
    await write(call, FIRST);
    call.reply.end();
  }

  /** The second request after this answer. */
  function second(first: Awaited<ReturnType<UpstreamClient["ask"]>>): CreateMessageRequestParams["messages"] {
    const given = { type: "tool_result" as const, toolUseId: "call_0", content: [] };
    return [user, { role: "assistant", content: first.content }, { role: "user", content: given }];
  }
  const sent = () => upstream?.calls.at(-1)?.body["messages"] as { reasoning_content?: string }[];

  verifies("own-host.reasoning", "a sealed text opens at the same upstream and model alone", async () => {
    const key = randomBytes(32);
    upstream = await startUpstream(answer);
    const first = clientOf(upstream.url, openai, key);
    const result = await first.ask({ messages: [user] });
    // Another process with the same key remembers nothing: what comes back is what the client sent.
    const restarted = clientOf(upstream.url, openai, key);
    await restarted.ask({ messages: second(result) });
    expect(sent()[1]?.reasoning_content).toBe("hm");
    for (const [other, model] of [
      [clientOf(upstream.url, openai, key), "another"],
      [clientOf(upstream.url, openai), "m"],
    ] as const) {
      await other.ask({ messages: second(result) }, model);
      expect(sent()[1]).not.toHaveProperty("reasoning_content");
      expect(other.told.join()).toMatch(/left out the reasoning of 1 place/);
    }
    const damaged = JSON.parse(
      JSON.stringify(second(result)).replace(
        /(mcptb1\.[\w-]{20})(.)/,
        (_, head: string, one: string) => head + (one === "A" ? "B" : "A"),
      ),
    ) as CreateMessageRequestParams["messages"];
    await restarted.ask({ messages: damaged });
    expect(sent()[1]).not.toHaveProperty("reasoning_content");
  });

  verifies("own-host.reasoning", "an id that counts is known only behind what it answered", async () => {
    upstream = await startUpstream(answer);
    const { ask } = clientOf(upstream.url, openai);
    const result = await ask({ messages: [user] });
    const bare = { ...result, content: { type: "tool_use" as const, id: "call_0", name: "f", input: {} } };
    await ask({ messages: second(bare) });
    expect(sent()[1]?.reasoning_content).toBe("hm");
    const [, ...rest] = second(bare);
    await ask({ messages: [{ role: "user", content: { type: "text", text: "Something else." } }, ...rest] });
    expect(sent()[1]).not.toHaveProperty("reasoning_content");
  });

  test("memory is bounded in size and age", async () => {
    let now = 0;
    const memory = new CallMemory({ now: () => now, limit: 5000 });
    const call = (index: number) => ({ model: "m", id: `call_${index}`, name: "f", input: {}, after: "" });
    const items = [{ type: "text" as const, member: "reasoning_content", text: "x".repeat(1000) }];
    for (let index = 0; index < 10; index += 1) memory.remember(call(index), items);
    const known = Array.from({ length: 10 }, (_, index) => memory.recall(call(index)).length > 0);
    expect(known).toEqual([...Array.from({ length: 7 }, () => false), true, true, true]);
    now = 13 * 3_600_000;
    expect(memory.recall(call(9))).toEqual([]);
  });

  test("a seal holds what it was given, compressed, and nothing that is too large", async () => {
    const seals = new Seals(randomBytes(32), "u");
    const items = [{ type: "text" as const, member: "reasoning", text: "thought ".repeat(10_000) }];
    const sealed = seals.seal(items, "m") ?? "";
    expect(sealed.length).toBeLessThan(5000);
    expect(sealed).not.toContain("thought");
    expect(seals.open(sealed, "m")).toEqual(items);
    const random = randomBytes(1_500_000).toString("base64");
    expect(seals.seal([{ type: "text", member: "reasoning", text: random }], "m")).toBeUndefined();
    for (const bad of [
      "",
      "mcptb1.",
      "mcptb1.AAAA",
      "x".repeat(2_000_000),
      `${sealed}A`.replace("mcptb1", "mcptb2"),
    ]) {
      expect(seals.open(bad, "m")).toBeUndefined();
    }
  });
});
