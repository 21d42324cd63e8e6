import { expect } from "vitest";
import type { Door } from "../../../src/server/app.ts";
import { listen, type Listener, type ListenOptions } from "../../../src/server/listen.ts";
import { ask, DIALECTS, PATHS } from "../../support/bridge/ask.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { RawConnection, rawRequest, sendRaw } from "../../support/bridge/raw-http.ts";
import { hang } from "../../support/hosts/scripts.ts";
import { startBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

/** A listener alone, which answers each whole request with `ok` and notes what it refuses. */
async function listener(
  options: Partial<ListenOptions>,
): Promise<{ readonly url: string; readonly listener: Listener; readonly refused: unknown[] }> {
  const refused: unknown[] = [];
  const app: Door = {
    serve: (incoming, outgoing) => {
      incoming.resume();
      incoming.once("end", () => outgoing.end("ok"));
    },
    upgrade: () => false,
    refuse: (socket, failure) => {
      refused.push(failure.code);
      socket.end("HTTP/1.1 408 Request Timeout\r\n\r\n");
    },
  };
  const started = await listen(app, { host: "127.0.0.1", port: 0, maxConnections: 10, ...options });
  return { url: `http://127.0.0.1:${started.port}`, listener: started, refused };
}

verifies(
  "server.slow-clients",
  "headers and bodies that do not come in time end the connection",
  async () => {
    const {
      url,
      listener: started,
      refused,
    } = await listener({ headersTimeoutMs: 200, requestTimeoutMs: 400 });
    const connections = await Promise.all([1, 2, 3].map(() => RawConnection.open(url)));
    const [silent, slowHead, slowBody] = connections;
    slowHead?.send("GET /health HTTP/1.1\r\nhost: local");
    slowBody?.send(rawRequest("POST /x", { "content-length": "10" }) + "12345");
    await Promise.all([silent?.closed, slowHead?.closed]);
    await slowBody?.closed;
    expect(refused).toEqual(Array(3).fill("ERR_HTTP_REQUEST_TIMEOUT"));
    await started.close();
  },
);

verifies("server.slow-clients", "a client that is merely quick enough is served", async () => {
  const { url, listener: started } = await listener({ headersTimeoutMs: 1000, requestTimeoutMs: 2000 });
  const connection = await RawConnection.open(url);
  for (const character of rawRequest("GET /health")) {
    connection.send(character);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect((await connection.reply()).status).toBe(200);
  connection.cut();
  await started.close();
});

verifies("server.overload", "connections beyond the limit are closed and counted", async () => {
  const { bridge, url } = await startBridge({ maxConnections: 3 });
  const held = await Promise.all([1, 2, 3].map(() => RawConnection.open(url)));
  for (let extra = 0; extra < 2; extra += 1) {
    const refused = await RawConnection.open(url);
    await refused.closed;
  }
  held[0]?.send(rawRequest("GET /metrics"));
  expect((await held[0]?.reply())?.body).toContain("\nmcptb_connections_refused_total 2\n");
  for (const connection of held) connection.cut();
  await bridge.stop();
});

verifies("server.overload", "requests beyond the limit get 429 and when to come back, at once", async () => {
  const { bridge, url } = await startBridge({ maxInFlight: 2 });
  const { host } = await attachHost(bridge, { script: hang });
  const leave = new AbortController();
  const running = [1, 2].map(() => ask(url, "openai-chat", { signal: leave.signal }).catch(() => undefined));
  await host.next();
  await host.next();
  for (const dialect of DIALECTS) {
    // It would wait for the host for ever otherwise.
    const refused = await ask(url, dialect);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refused.headers.get("x-should-retry")).toBe("true");
    expect(await refused.json()).toMatchObject({ error: { type: "rate_limit_error" } });
  }
  const unread = rawRequest(`POST ${PATHS["openai-chat"]}`, {
    "content-type": "application/json",
    "content-length": "1000",
  });
  expect((await sendRaw(url, unread)).status).toBe(429);
  leave.abort();
  await Promise.all(running);
  await expect
    .poll(
      async () =>
        (await ask(url, "openai-chat", { signal: AbortSignal.timeout(50) }).catch(() => undefined))?.status,
    )
    .not.toBe(429);
  await bridge.stop();
});

verifies("server.overload", "a full queue answers 429, a long wait 503, both with Retry-After", async () => {
  const { bridge, url } = await startBridge({ maxConcurrent: 1, maxQueued: 1, queueTimeoutMs: 2000 });
  const { host } = await attachHost(bridge, { script: hang });
  const leave = new AbortController();
  const first = ask(url, "openai-chat", { signal: leave.signal }).catch(() => undefined);
  await host.next();
  const waiting = ask(url, "openai-chat");
  await expect
    .poll(async () => (await (await fetch(`${url}/metrics`)).text()).includes("queued 1\n"))
    .toBe(true);
  const full = await ask(url, "anthropic-messages");
  expect([full.status, full.headers.has("retry-after")]).toEqual([429, true]);
  const late = await waiting;
  expect([late.status, late.headers.has("retry-after")]).toEqual([503, true]);
  leave.abort();
  await first;
  await bridge.stop();
});
