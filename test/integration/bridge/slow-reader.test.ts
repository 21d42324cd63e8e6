import { afterEach, expect } from "vitest";
import { ask, PATHS } from "../../support/bridge/ask.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { metricOf } from "../../support/bridge/metric-of.ts";
import { RawConnection, rawRequest } from "../../support/bridge/raw-http.ts";
import { answer } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

const MEGABYTE = 1_048_576;

let running: RunningBridge;

afterEach(async () => {
  await running.bridge.stop();
});

/** A client that asks and then reads nothing of the answer. */
async function unread(stream = true): Promise<RawConnection> {
  const body = { model: "auto", stream, messages: [{ role: "user", content: "Much, please." }] };
  const connection = await RawConnection.open(running.url);
  connection.socket.pause();
  connection.send(
    rawRequest(`POST ${PATHS["openai-chat"]}`, { "content-type": "application/json" }, JSON.stringify(body)),
  );
  return connection;
}

verifies(
  ["stream.back-pressure", "stream.others-served"],
  "clients that do not read cost bounded memory, and keep nobody waiting",
  async () => {
    running = await startBridge({ streamUnit: "char" });
    // As frames of single characters some 150 MB each, far beyond what sockets hold.
    await attachHost(running.bridge, { script: answer("abcdefghij".repeat(100_000)) });
    await (await ask(running.url, "openai-chat", { stream: true, body: { max_tokens: 1 } })).body?.cancel();
    const before = process.memoryUsage().rss;
    const clients = await Promise.all(Array.from({ length: 10 }, () => unread()));
    await expect.poll(() => metricOf(running.url, "mcptb_requests_in_flight")).toBe(10);

    for (let probe = 0; probe < 50; probe += 1) {
      expect((await fetch(`${running.url}/health`)).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    // The answers themselves are 10 MB; unbounded buffers would hold 1.5 GB.
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * MEGABYTE);
    for (const client of clients) client.cut();
    await expect.poll(() => metricOf(running.url, "mcptb_requests_in_flight")).toBe(0);
  },
);

verifies("stream.stalled", "a client that stops reading is dropped after the time allowed", async () => {
  running = await startBridge({ stallMs: 300 });
  await attachHost(running.bridge, { script: answer("abcdefghij ".repeat(1_000_000)) });
  for (const stream of [true, false]) {
    const client = await unread(stream);
    const cancelled = `mcptb_cancelled_total{dialect="openai-chat",stream="${stream}"}`;
    await expect.poll(() => metricOf(running.url, cancelled)).toBe(1);
    client.socket.resume();
    await client.closed;
  }
});

verifies("stream.others-served", "answers cut by their clients do not keep others waiting", async () => {
  running = await startBridge();
  await attachHost(running.bridge, { script: answer("abcdefghij ".repeat(200_000)) });
  const cut = async (): Promise<void> => {
    const response = await ask(running.url, "openai-chat", { stream: true });
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
  };
  const cuts = Promise.all(Array.from({ length: 10 }, cut));
  for (let probe = 0; probe < 30; probe += 1) {
    expect((await fetch(`${running.url}/health`)).status).toBe(200);
  }
  await cuts;
  await expect.poll(() => metricOf(running.url, "mcptb_requests_in_flight")).toBe(0);
});
