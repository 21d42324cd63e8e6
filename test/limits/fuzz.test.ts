/**
 * Arbitrary requests, conversations, answers, schemas and relay frames. Nothing crashes, is left without an answer or ends in an error
 * that is ours, and nobody is held up meanwhile. `MCPTB_FUZZ_RUNS` changes how many; the seeds are told.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answer } from "../support/hosts/scripts.ts";
import { attackedBridge, type AttackedBridge } from "./support/attacked-bridge.ts";
import { runsOf } from "./support/fuzzed.ts";
import { fuzzHistories } from "./support/histories.ts";
import { bareServer, probe, type BareServer } from "./support/prober.ts";
import { RELAY_PROPERTIES } from "./support/relay-frames.ts";
import { fuzzRequests } from "./support/requests.ts";
import { fuzzSchemas } from "./support/schemas.ts";
import { ownStalls } from "./support/stalls.ts";

const RUNS = runsOf(10_000);
const SILENCE_MS = 250;

let bare: BareServer;

beforeAll(async () => {
  bare = await bareServer();
});
afterAll(() => bare.stop());

/** Runs against the real program while others ask it for its health. */
async function beside(bridge: AttackedBridge, run: () => Promise<void>): Promise<void> {
  const prober = probe(bridge.url, bare.url, bridge.pid);
  try {
    await run();
    bridge.check();
    const { longestMs, failed } = await prober.stop();
    expect({ failed, silence: longestMs < SILENCE_MS ? "short" : longestMs }).toEqual({
      failed: 0,
      silence: "short",
    });
  } finally {
    await bridge.kill();
  }
}

describe(`${RUNS} conversations and answers, and ${RUNS} requests`, () => {
  test.each(["text", "native"] as const)(
    "a half of the conversations at a host of the kind %s",
    async (host) => {
      const bridge = await attackedBridge({ host });
      await beside(bridge, () => fuzzHistories(bridge, RUNS / 2));
    },
  );
  test("requests", async () => {
    const bridge = await attackedBridge({ flags: ["--body-limit-mb", "1"] });
    bridge.host.script = answer("Hello.");
    await beside(bridge, () =>
      fuzzRequests(bridge.url, RUNS, () => bridge.log.findLast((line) => line.includes('"level":50'))),
    );
  });
});

test(`${RUNS} schemas, and values for them`, async () => {
  const stalls = ownStalls();
  await fuzzSchemas(RUNS);
  expect(stalls.longestMs()).toBeLessThan(SILENCE_MS);
});

describe(`${RUNS} times several frames of a relay`, () => {
  for (const { name, fuzz } of RELAY_PROPERTIES) {
    test(name, async () => {
      const stalls = ownStalls();
      await fuzz(RUNS / RELAY_PROPERTIES.length);
      expect(stalls.longestMs()).toBeLessThan(SILENCE_MS);
    });
  }
});
