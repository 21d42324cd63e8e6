import { describe, expect, test } from "vitest";
import { attackedBridge } from "./support/attacked-bridge.ts";
import { fuzzHistories } from "./support/histories.ts";
import { bareServer, probe } from "./support/prober.ts";

const RUNS = 5000;
const SILENCE_MS = 250;

describe("arbitrary conversations and answers", () => {
  test.each(["text", "native"] as const)(`${RUNS} at a host of the kind %s`, async (host) => {
    const bare = await bareServer();
    const bridge = await attackedBridge({ host });
    const prober = probe(bridge.url, bare.url, bridge.pid);
    try {
      await fuzzHistories(bridge, RUNS);
      const { longestMs, failed } = await prober.stop();
      expect(failed).toBe(0);
      expect(longestMs).toBeLessThan(SILENCE_MS);
    } finally {
      await bridge.kill();
      await bare.stop();
    }
  });
});
