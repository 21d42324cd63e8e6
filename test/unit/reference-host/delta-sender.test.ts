import { setImmediate as nextTurn } from "node:timers/promises";
import type { Client } from "@modelcontextprotocol/client";
import { expect } from "vitest";
import { decodeDeltas, EXTENSION, OFFER, type Piece } from "../../../src/hosts/mcp/sampling-stream.ts";
import { DeltaSender } from "../../../src/reference-host/delta-sender.ts";
import { verifies } from "../../support/verifies.ts";

type Client_ = Pick<Client, "getServerCapabilities" | "notification">;

/** A client whose messages take a turn of the event loop each, and the deltas of each message. */
function recording(offer: Readonly<Record<string, number | boolean>>, fail = false) {
  const messages: Piece[][] = [];
  const progress: unknown[] = [];
  const client: Client_ = {
    getServerCapabilities: () => ({
      experimental: { [EXTENSION]: offer },
      extensions: { [EXTENSION]: offer },
    }),
    async notification({ params = {} }) {
      await nextTurn();
      if (fail) throw new Error("gone");
      progress.push(params["progress"] ?? params["seq"]);
      messages.push(decodeDeltas(params));
    },
  };
  return { client: client as Client, messages, progress };
}

const ASKED = {
  legacy: { _meta: { progressToken: "t" } },
  modern: { metadata: { [EXTENSION]: { token: "t" } } },
};
const WORDS = Array.from({ length: 1000 }, (_, at) => `word-${at} `);

for (const [era, params] of Object.entries(ASKED)) {
  for (const [offer, most] of [
    [OFFER, 20],
    [{ version: 1 }, WORDS.length],
  ] as const) {
    verifies(
      "host.delta-batches",
      `${era}, ${JSON.stringify(offer)}: all deltas in order, before the answer`,
      async () => {
        const { client, messages, progress } = recording(offer);
        const sender = new DeltaSender(client, params, new AbortController().signal);
        for (const text of WORDS) await sender.emit({ type: "text", text });
        await sender.flush();
        const pieces = messages.flat();
        expect(pieces.map(({ delta }) => ("text" in delta ? delta.text : ""))).toEqual(WORDS);
        if (era === "modern") expect(pieces.map(({ seq }) => seq)).toEqual(WORDS.map((_, at) => at + 1));
        expect(progress).toEqual((progress as number[]).toSorted((one, other) => one - other));
        expect(messages.length).toBeLessThanOrEqual(most);
        if (most === WORDS.length) expect(messages.length).toBe(most);
      },
    );
  }
}

verifies("host.delta-batches", "a model that writes faster than the bridge takes is held back", async () => {
  const { client, messages } = recording(OFFER);
  const sender = new DeltaSender(client, ASKED.legacy, new AbortController().signal);
  await sender.emit({ type: "text", text: "x".repeat(100_000) });
  expect(messages.length).toBe(1);
});

verifies(
  "host.delta-batches",
  "what cannot be sent fails the answer; what is cancelled is sent no further",
  async () => {
    const broken = new DeltaSender(recording(OFFER, true).client, ASKED.legacy, new AbortController().signal);
    await broken.emit({ type: "text", text: "a" });
    await expect(broken.flush()).rejects.toThrow("gone");
    await expect(broken.emit({ type: "text", text: "b" })).rejects.toThrow("gone");

    const cancelled = new AbortController();
    const { client, messages } = recording(OFFER);
    const sender = new DeltaSender(client, ASKED.legacy, cancelled.signal);
    await sender.emit({ type: "text", text: "a" });
    cancelled.abort();
    await sender.flush();
    expect(messages.length).toBeLessThanOrEqual(1);
    await sender.emit({ type: "text", text: "b" });
    await sender.flush();
    expect(messages.flat().some(({ delta }) => "text" in delta && delta.text === "b")).toBe(false);
  },
);
