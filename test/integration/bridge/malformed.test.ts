import { afterAll, beforeAll, expect } from "vitest";
import { PATHS } from "../../support/bridge/ask.ts";
import { attachHost, type InProcessHost } from "../../support/hosts/in-process-host.ts";
import { RawConnection, rawRequest, sendRaw } from "../../support/bridge/raw-http.ts";
import { hang } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge;
let attached: InProcessHost;

beforeAll(async () => {
  running = await startBridge({ peekMs: 0 });
  attached = await attachHost(running.bridge);
});

afterAll(async () => {
  await running.bridge.stop();
});

const HOST = "host: localhost\r\n";

verifies(
  "server.malformed",
  "what Node's parser refuses gets a status, an error body and the end",
  async () => {
    const requests: readonly (readonly [string, number])[] = [
      ["GARBAGE\r\n\r\n", 400],
      ["\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
      ["GET /health HTTP/9.9\r\n\r\n", 400],
      ["FETCH /health HTTP/1.1\r\n\r\n", 400],
      [`GET /health HTTP/1.1\r\n${HOST}bad header\r\n\r\n`, 400],
      [`GET /health HTTP/1.1\r\n${HOST}x: ${"y".repeat(20_000)}\r\n\r\n`, 431],
      [`GET /${"x".repeat(20_000)} HTTP/1.1\r\n${HOST}\r\n`, 431],
      [`POST /v1/messages HTTP/1.1\r\n${HOST}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n`, 400],
      [`POST /v1/messages HTTP/1.1\r\n${HOST}content-length: 5\r\ncontent-length: 6\r\n\r\n`, 400],
      [`POST /v1/messages HTTP/1.1\r\n${HOST}content-length: -1\r\n\r\n`, 400],
      [`POST /v1/messages HTTP/1.1\r\n${HOST}transfer-encoding: chunked\r\n\r\nzz\r\n`, 400],
      [`CONNECT evil.example:443 HTTP/1.1\r\n${HOST}\r\n`, 405],
    ];
    for (const [request, status] of requests) {
      const connection = await RawConnection.open(running.url);
      connection.send(Buffer.from(request, "latin1"));
      const reply = await connection.reply();
      expect([request.slice(0, 60), reply.status]).toEqual([request.slice(0, 60), status]);
      expect(reply.headers["connection"]).toBe("close");
      const body = JSON.parse(reply.body) as { type?: string; error: { message: string } };
      expect(body.error.message).not.toBe("");
      expect(body.type).toBe(request.includes("/v1/messages") ? "error" : undefined);
      await connection.closed;
    }
  },
);

verifies("server.malformed", "garbage behind a request does not get into its answer", async () => {
  const body = JSON.stringify({ model: "auto", stream: true, messages: [{ role: "user", content: "x" }] });
  attached.host.script = hang;
  const connection = await RawConnection.open(running.url);
  connection.send(rawRequest(`POST ${PATHS["openai-chat"]}`, { "content-type": "application/json" }, body));
  const call = await attached.host.next();
  await connection.until("\r\n\r\n");
  connection.send("GARBAGE\r\n\r\n");
  await connection.closed;
  await call.cancelled;
  await expect(connection.until("HTTP/1.1 400")).rejects.toThrow("The connection ended");
});

verifies(
  "server.malformed",
  "targets and upgrades of other protocols are just not found, or ignored",
  async () => {
    for (const target of ["*", "evil.example:80", "/%", "/\u00ff", "/..;/x", "/v1/models/%zz", "/\\..\\x"]) {
      const { status } = await sendRaw(running.url, Buffer.from(rawRequest(`GET ${target}`), "latin1"));
      expect([target, status === 404 || status === 400]).toEqual([target, true]);
    }
    const upgrade = { connection: "upgrade", upgrade: "websocket", "sec-websocket-key": "x" };
    expect((await sendRaw(running.url, rawRequest("GET /health", upgrade))).status).toBe(200);
    expect((await sendRaw(running.url, rawRequest("GET /health", { expect: "tea" }))).status).toBe(200);
  },
);

verifies(
  "server.malformed",
  "requests sent without waiting for answers get them in their order",
  async () => {
    const connection = await RawConnection.open(running.url);
    connection.send(rawRequest("GET /health") + rawRequest("GET /nowhere") + rawRequest("GET /v1/models"));
    for (const status of [200, 404, 200]) expect((await connection.reply()).status).toBe(status);
    connection.cut();
  },
);

verifies("server.methods", "each route names the method it has", async () => {
  const routes: Record<string, string> = {
    "/v1/chat/completions": "POST",
    "/v1/messages": "POST",
    "/v1/messages/count_tokens": "POST",
    "/v1/models": "GET, HEAD",
    "/v1/models/auto": "GET, HEAD",
    "/health": "GET, HEAD",
    "/ready": "GET, HEAD",
    "/metrics": "GET, HEAD",
  };
  for (const [path, allow] of Object.entries(routes)) {
    for (const method of ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"]) {
      if (allow.includes(method)) continue;
      const connection = await RawConnection.open(running.url);
      connection.send(rawRequest(`${method} ${path}`));
      const head = await connection.until("\r\n\r\n");
      connection.cut();
      expect([method, path, head.slice(9, 12)]).toEqual([method, path, "405"]);
      expect(head).toContain(`\r\nallow: ${allow}\r\n`);
    }
  }
});

verifies("server.methods", "HEAD answers as GET does, without a body", async () => {
  for (const path of ["/health", "/v1/models", "/metrics"]) {
    const connection = await RawConnection.open(running.url);
    connection.send(rawRequest(`HEAD ${path}`) + rawRequest("GET /health"));
    const head = await connection.until("\r\n\r\n");
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(head).toMatch(/content-length: [1-9]/);
    expect((await connection.reply()).body).toContain('"status":"ok"');
    connection.cut();
  }
});
