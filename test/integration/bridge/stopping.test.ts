import { describe, expect, test } from "vitest";
import { ask, DIALECTS } from "../../support/bridge/ask.ts";
import { parseFrames } from "../../support/streams/frames.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { RawConnection, rawRequest } from "../../support/bridge/raw-http.ts";
import { hang } from "../../support/hosts/scripts.ts";
import { spawnBridge } from "../../support/processes/spawned-bridge.ts";
import { startBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

for (const dialect of DIALECTS) {
  describe(dialect, () => {
    verifies("server.stop-drains", "what ends within the time allowed ends as if nothing were", async () => {
      const { bridge, url } = await startBridge({ drainMs: 10_000, peekMs: 0 });
      const { host } = await attachHost(bridge, { script: hang });
      const streamed = await ask(url, dialect, { stream: true });
      const plain = ask(url, dialect);
      const calls = [await host.next(), await host.next()];
      const stopped = bridge.stop();
      for (const call of calls) call.answer("In time.");
      const text = await streamed.text();
      expect(text).toContain("time.");
      expect(text).toContain(dialect === "openai-chat" ? "[DONE]" : "message_stop");
      expect(await (await plain).text()).toContain("In time.");
      await stopped;
    });

    verifies(
      "server.stop-drains",
      "what does not gets the dialect's error, and the host is told",
      async () => {
        const { bridge, url } = await startBridge({ drainMs: 50, peekMs: 0, jsonKeepAliveMs: 20 });
        const { host } = await attachHost(bridge, { script: hang });
        const streamed = await ask(url, dialect, { stream: true });
        const plain = await ask(url, dialect);
        const calls = [await host.next(), await host.next()];
        const began = performance.now();
        const stopped = bridge.stop();
        const frames = parseFrames(await streamed.text());
        expect(frames.at(-1)?.data).toMatchObject({ error: { message: "The bridge is stopping." } });
        expect(frames.at(-1)?.event).toBe(dialect === "openai-chat" ? undefined : "error");
        expect(await plain.json()).toMatchObject({ error: { message: "The bridge is stopping." } });
        for (const call of calls) await call.cancelled;
        await stopped;
        expect(performance.now() - began).toBeGreaterThanOrEqual(45);
      },
    );

    verifies("server.stop-drains", "before the status is sent that is a 503", async () => {
      const { bridge, url } = await startBridge({ drainMs: 20 });
      const { host } = await attachHost(bridge, { script: hang });
      const asked = [ask(url, dialect), ask(url, dialect, { stream: true })];
      await host.next();
      await host.next();
      const stopped = bridge.stop();
      for (const response of await Promise.all(asked)) {
        expect(response.status).toBe(503);
        expect(response.headers.get("retry-after")).not.toBeNull();
      }
      await stopped;
    });
  });
}

verifies("server.stop-refuses", "new work gets 503 and the end of its connection", async () => {
  const { bridge, url } = await startBridge({ drainMs: 10_000, peekMs: 0 });
  const { host } = await attachHost(bridge, { script: hang });
  const held = await ask(url, "openai-chat", { stream: true });
  const call = await host.next();
  const early = await RawConnection.open(url);
  const stopped = bridge.stop();
  const late = await RawConnection.open(url);
  for (const connection of [early, late]) {
    const type = { "content-type": "application/json" };
    connection.send(rawRequest("POST /v1/messages", type, "{}"));
    const reply = await connection.reply();
    expect(reply.status).toBe(503);
    expect(reply.headers["connection"]).toBe("close");
    expect(JSON.parse(reply.body)).toMatchObject({
      type: "error",
      error: { message: "The bridge is stopping." },
    });
    await connection.closed;
  }
  const ready = await fetch(`${url}/ready`);
  expect([ready.status, ready.headers.get("connection")]).toEqual([503, "close"]);
  call.answer("Done.");
  await held.text();
  await stopped;
  await expect(fetch(`${url}/health`)).rejects.toThrow("fetch failed");
});

test("with nothing to do it stops at once, whatever connections are open", async () => {
  const { bridge, url } = await startBridge({ drainMs: 60_000 });
  const idle = await RawConnection.open(url);
  await (await fetch(`${url}/health`)).text();
  // The time for draining is longer than the test may take.
  await bridge.stop();
  await idle.closed;
});

test("it can be stopped twice", async () => {
  const { bridge } = await startBridge();
  await bridge.stop();
  await bridge.stop();
});

test.skipIf(process.platform === "win32")("the program does so on SIGTERM, and exits", async () => {
  const bridge = spawnBridge({ script: hang }, ["--drain-ms", "100", "--peek-ms", "0"]);
  try {
    await bridge.host.initialize();
    const url = await bridge.url;
    const response = await ask(url, "anthropic-messages", { stream: true });
    await bridge.host.next();
    bridge.child.kill("SIGTERM");
    expect(parseFrames(await response.text()).at(-1)?.event).toBe("error");
    await bridge.exited;
  } finally {
    await bridge.kill();
  }
});
