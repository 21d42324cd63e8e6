import { afterEach, beforeEach, describe, expect } from "vitest";
import { ask, DIALECTS, type DialectId } from "../../support/bridge/ask.ts";
import { parseFrames } from "../../support/streams/frames.ts";
import { attachHost, type InProcessHost } from "../../support/hosts/in-process-host.ts";
import { metricOf } from "../../support/bridge/metric-of.ts";
import { readChunks } from "../../support/streams/read-chunks.ts";
import { answer, hang } from "../../support/hosts/scripts.ts";
import { simpleHost, wholeAnswer } from "../../support/hosts/simple-host.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge;
let attached: InProcessHost;

beforeEach(async () => {
  running = await startBridge({ peekMs: 20, jsonKeepAliveMs: 40, maxConcurrent: 1, consentHintMs: 0 });
  attached = await attachHost(running.bridge, { script: hang });
});

afterEach(async () => {
  await running.bridge.stop();
});

/** Waits until nothing of any request is left: no request in flight, none queued, no place taken. */
async function settled(): Promise<void> {
  await expect.poll(() => metricOf(running.url, "mcptb_requests_in_flight")).toBe(0);
  expect(await metricOf(running.url, "mcptb_requests_queued")).toBe(0);
  attached.host.script = answer("Still here.");
  expect((await ask(running.url, "openai-chat")).status).toBe(200);
}

async function leave(asked: Promise<unknown>, controller: AbortController): Promise<void> {
  controller.abort();
  await asked.catch(() => undefined);
}

for (const dialect of DIALECTS) {
  for (const stream of [true, false]) {
    describe(`${dialect}, ${stream ? "streamed" : "plain"}`, () => {
      verifies("server.cancel", "before the status is sent", async () => {
        const controller = new AbortController();
        const asked = ask(running.url, dialect, { stream, signal: controller.signal });
        const call = await attached.host.next();
        await leave(asked, controller);
        await call.cancelled;
        await settled();
        await counted(dialect, stream, 1);
      });

      verifies("server.cancel", "after the status, while the host thinks", async () => {
        const controller = new AbortController();
        const response = await ask(running.url, dialect, { stream, signal: controller.signal });
        const call = await attached.host.next();
        await leave(response.text(), controller);
        await call.cancelled;
        await settled();
        await counted(dialect, stream, 1);
      });

      verifies("server.cancel", "while it waits for a place", async () => {
        const first = new AbortController();
        const holder = ask(running.url, dialect, { stream, signal: first.signal });
        const call = await attached.host.next();
        const second = new AbortController();
        const waiting = ask(running.url, dialect, { stream, text: "Me, too", signal: second.signal });
        await expect.poll(() => metricOf(running.url, "mcptb_requests_queued")).toBe(1);
        await leave(waiting, second);
        await expect.poll(() => metricOf(running.url, "mcptb_requests_queued")).toBe(0);
        expect(call.isCancelled).toBe(false);
        await leave(holder, first);
        await settled();
        // The one that waited never reached the host; the last one is that of `settled`.
        expect(attached.host.calls.map(({ lastText }) => lastText)).toEqual(["Hello?", "Hello?"]);
        await counted(dialect, stream, 2);
      });
    });
  }

  verifies("server.cancel", `${dialect}: in the middle of a replay`, async () => {
    attached.host.script = answer("Much to say. ".repeat(200_000));
    const response = await ask(running.url, dialect, { stream: true });
    for await (const chunk of readChunks(response)) {
      expect(parseFrames(`${chunk.split("\n\n")[0]}\n\n`)).not.toEqual([]);
      break;
    }
    await settled();
    await counted(dialect, true, 1);
  });
}

verifies("server.cancel", "when the host answers in the moment its client leaves", async () => {
  attached.host.close();
  await attached.gone;
  for (const stream of [true, false]) {
    let began!: () => void;
    let answer!: () => void;
    const begun = new Promise<void>((resolve) => {
      began = resolve;
    });
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    // It does not look at the signal: its answer was already on the way.
    const detach = running.bridge.attach(
      simpleHost(async function* run() {
        began();
        await answered;
        yield* wholeAnswer("Too late, or not.");
      }),
    );
    const controller = new AbortController();
    const asked = ask(running.url, "openai-chat", { stream, signal: controller.signal });
    await begun;
    await leave(asked, controller);
    await expect.poll(() => metricOf(running.url, "mcptb_requests_in_flight")).toBe(0);
    answer();
    expect((await ask(running.url, "openai-chat", { signal: AbortSignal.timeout(10_000) })).status).toBe(200);
    detach();
  }
});

/** Each was counted once, as cancelled, and logged once, as left by its client. */
async function counted(dialect: DialectId, stream: boolean, times: number): Promise<void> {
  const labels = `{dialect="${dialect}",stream="${stream}"}`;
  expect(await metricOf(running.url, `mcptb_cancelled_total${labels}`)).toBe(times);
  const left = running.log.filter((line) => line["outcome"] === "cancelled");
  expect(left.map((line) => line["error"])).toEqual(Array(times).fill("client_left"));
  expect(running.log.filter((line) => Number(line["level"]) >= 50)).toEqual([]);
}
