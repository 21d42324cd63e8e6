/** The short form of `test/limits/fuzz.test.ts`, without a clock. */
import { afterAll, beforeAll, expect } from "vitest";
import { fuzzRequests } from "../../limits/support/requests.ts";
import { ask, DIALECTS } from "../../support/bridge/ask.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { metricOf } from "../../support/bridge/metric-of.ts";
import { echo } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

const RUNS = 1000;

let running: RunningBridge;

beforeAll(async () => {
  running = await startBridge({ bodyLimitMb: 1 });
  await attachHost(running.bridge, { script: echo });
});

afterAll(() => running.bridge.stop());

verifies(
  "server.fuzz",
  `${RUNS} hostile requests: no crash, no 5xx, no silence, the right dialect, healthy after`,
  async () => {
    const worst = (): string | undefined =>
      JSON.stringify(running.log.findLast((line) => Number(line["level"]) >= 50));
    await fuzzRequests(running.url, RUNS, worst);
    expect(running.log.filter((line) => Number(line["level"]) >= 40)).toEqual([]);
    for (const dialect of DIALECTS) expect((await ask(running.url, dialect)).status).toBe(200);
    await expect.poll(() => metricOf(running.url, "mcptb_requests_in_flight")).toBe(0);
  },
);
