import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { pino } from "pino";
import { expect } from "vitest";
import { createBridge } from "../../../src/bridge/bridge.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import { ask, DIALECTS } from "../../support/bridge/ask.ts";
import { metricOf } from "../../support/bridge/metric-of.ts";
import { simpleHost, wholeAnswer } from "../../support/hosts/simple-host.ts";
import { verifies } from "../../support/verifies.ts";

const REQUESTS = 240;
const AT_ONCE = 16;

/** The requests and signals that hosts were given and that are still in memory. */
let alive = 0;
const collected = new FinalizationRegistry<undefined>(() => {
  alive -= 1;
});

function remember(...objects: readonly object[]): void {
  for (const object of objects) {
    alive += 1;
    collected.register(object, undefined);
  }
}

/** A host that keeps nothing: it answers, fails, or waits until the client has left. */
const host = simpleHost(async function* run(request, signal) {
  remember(request, signal);
  const asked = JSON.stringify(request.messages);
  if (asked.includes("fail")) throw new BridgeError("host_failed", "No.");
  if (asked.includes("wait")) {
    await new Promise((_resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    });
  }
  yield* wholeAnswer("Some words of an answer. ".repeat(20));
});

function collect(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}

verifies(
  "server.no-leak",
  "of hundreds of requests, a fifth failed and a fifth cut by their clients, nothing is left in memory",
  async () => {
    const bridge = createBridge(
      loadConfig({ flags: { port: 0, peekMs: 5 }, env: {} }),
      pino({ level: "silent" }),
    );
    bridge.attach(host);
    await bridge.start();
    const url = bridge.url ?? "";

    const one = async (index: number): Promise<void> => {
      const kind = (["answer", "answer", "answer", "fail", "wait"] as const)[index % 5];
      const leave = new AbortController();
      const asked = ask(url, DIALECTS[index % 2] ?? "openai-chat", {
        text: `${kind} ${index}`,
        stream: index % 3 === 0,
        signal: leave.signal,
      }).then((response) => response.text());
      if (kind === "wait") setTimeout(() => leave.abort(), 10);
      await asked.catch(() => undefined);
    };
    let next = 0;
    let most = 0;
    const worker = async (): Promise<void> => {
      while (next < REQUESTS) {
        next += 1;
        await one(next);
        most = Math.max(most, alive);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    await expect.poll(() => metricOf(url, "mcptb_requests_in_flight")).toBe(0);
    expect(most).toBeGreaterThan(100);

    await expect
      .poll(() => {
        collect();
        return alive;
      })
      .toBe(0);
    await bridge.stop();
  },
);
