import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect } from "vitest";
import { PATHS } from "../../support/bridge/ask.ts";
import { attachHost, type InProcessHost } from "../../support/hosts/in-process-host.ts";
import { RawConnection, rawRequest, sendRaw } from "../../support/bridge/raw-http.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

const PATH = PATHS["openai-chat"];
const JSON_TYPE = { "content-type": "application/json" };
const QUESTION = JSON.stringify({ model: "auto", messages: [{ role: "user", content: "Hello?" }] });

let running: RunningBridge;
let attached: InProcessHost;

beforeAll(async () => {
  running = await startBridge({ bodyLimitMb: 1 });
  attached = await attachHost(running.bridge);
});

afterAll(async () => {
  await running.bridge.stop();
});

function post(body: string | Buffer, headers: Record<string, string> = JSON_TYPE): Buffer {
  const head = rawRequest(`POST ${PATH}`, { ...headers, "content-length": String(Buffer.byteLength(body)) });
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

function errorIn(body: string): { readonly message: string; readonly code: string } {
  return (JSON.parse(body) as { error: { message: string; code: string } }).error;
}

verifies("server.media-type", "curl -d without a header gets the way out", async () => {
  const type = "application/x-www-form-urlencoded";
  const reply = await sendRaw(running.url, post(QUESTION, { "content-type": type }));
  expect(reply.status).toBe(415);
  expect(errorIn(reply.body).message).toContain("content-type: application/json");
});

verifies("server.media-type", "a body without a type is read as JSON", async () => {
  expect((await sendRaw(running.url, post(QUESTION, {}))).status).toBe(200);
});

verifies(
  ["server.no-compression", "server.refused-unread"],
  "a compressed body is refused unread",
  async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const whole = await sendRaw(running.url, post(bomb, { ...JSON_TYPE, "content-encoding": "gzip" }));
    expect(whole.status).toBe(415);
    const announced = rawRequest(`POST ${PATH}`, {
      ...JSON_TYPE,
      "content-encoding": "br",
      "content-length": "5000",
    });
    expect((await sendRaw(running.url, announced)).status).toBe(415);
  },
);

verifies(
  ["server.body-limit", "server.refused-unread"],
  "too long an announced body is refused unread",
  async () => {
    const connection = await RawConnection.open(running.url);
    connection.send(rawRequest(`POST ${PATH}`, { ...JSON_TYPE, "content-length": "1048577" }));
    const reply = await connection.reply();
    expect(reply.status).toBe(413);
    expect(reply.headers["connection"]).toBe("close");
    expect(errorIn(reply.body).message).toContain("1 MiB");
    await connection.closed;
  },
);

verifies(
  ["server.body-limit", "server.refused-unread"],
  "a client that goes on sending gets its 413 and no reset before it",
  async () => {
    const connection = await RawConnection.open(running.url);
    connection.send(rawRequest(`POST ${PATH}`, { ...JSON_TYPE, "transfer-encoding": "chunked" }));
    const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
    for (let sent = 0; sent < 40; sent += 1) connection.send(chunk);
    connection.send("0\r\n\r\n");
    const reply = await connection.reply();
    expect(reply.status).toBe(413);
    expect(await connection.closed).toBe(false);
  },
);

verifies("server.body-limit", "an endless body ends with the connection", async () => {
  const connection = await RawConnection.open(running.url);
  connection.send(rawRequest(`POST ${PATH}`, { ...JSON_TYPE, "transfer-encoding": "chunked" }));
  const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
  let sent = 0;
  const feed = setInterval(() => {
    sent += 65_536;
    connection.send(chunk);
  }, 1);
  expect((await connection.reply()).status).toBe(413);
  await connection.closed;
  clearInterval(feed);
  expect(sent).toBeLessThan(16_000_000);
});

verifies("server.body-limit", "a body of exactly the limit passes", async () => {
  const frame = JSON.stringify({ model: "auto", messages: [{ role: "user", content: "" }] });
  const body = frame.replace('""', `"${"x".repeat(1_048_576 - frame.length)}"`);
  expect(Buffer.byteLength(body)).toBe(1_048_576);
  expect((await sendRaw(running.url, post(body))).status).toBe(200);
});

verifies("server.body-limit", "a chunked body is read like any other", async () => {
  const connection = await RawConnection.open(running.url);
  connection.send(rawRequest(`POST ${PATH}`, { ...JSON_TYPE, "transfer-encoding": "chunked" }));
  for (const character of QUESTION) connection.send(`1\r\n${character}\r\n`);
  connection.send("0\r\n\r\n");
  expect((await connection.reply()).status).toBe(200);
  connection.cut();
});

verifies("server.json-hostile", "bodies that do no harm elsewhere do none here", async () => {
  const bodies: readonly (readonly [Buffer | string, number])[] = [
    [Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(QUESTION)]), 200],
    [Buffer.from([0x7b, 0xff, 0x7d]), 400],
    [Buffer.from(QUESTION, "utf16le"), 400],
    [`${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`, 400],
    ["[".repeat(100_000), 400],
    [QUESTION.replace("{", '{"__proto__":{"messages":[]},"constructor":{"prototype":{"x":1}},'), 200],
    [QUESTION.replace("{", '{"messages":[],'), 200],
    ["", 400],
    ["null", 400],
    ["[]", 400],
    ['"text"', 400],
    [QUESTION.slice(0, -1), 400],
  ];
  for (const [body, status] of bodies) {
    const reply = await sendRaw(running.url, post(body));
    expect([body.slice(0, 40).toString(), reply.status]).toEqual([body.slice(0, 40).toString(), status]);
    if (status === 400) expect(errorIn(reply.body).code).toBe("invalid_request");
  }
  expect(({} as Record<string, unknown>)["x"]).toBeUndefined();
});

verifies(
  "server.expect-continue",
  "a body that is wanted is asked for, one that is not is refused",
  async () => {
    const expecting = { ...JSON_TYPE, expect: "100-continue" };
    const wanted = await RawConnection.open(running.url);
    wanted.send(rawRequest(`POST ${PATH}`, { ...expecting, "content-length": String(QUESTION.length) }));
    expect((await wanted.reply()).status).toBe(100);
    wanted.send(QUESTION);
    expect((await wanted.reply()).status).toBe(200);
    wanted.cut();

    const headers = { "content-length": "9000000", origin: "http://evil.example" };
    const refusals: readonly (readonly [Record<string, string>, number])[] = [
      [{ "content-length": "9000000" }, 413],
      [{ "content-length": "9", "content-encoding": "gzip" }, 415],
      [{ "content-length": "9", "content-type": "text/plain" }, 415],
      [headers, 403],
    ];
    for (const [extra, status] of refusals) {
      const refused = await RawConnection.open(running.url);
      refused.send(rawRequest(`POST ${PATH}`, { ...expecting, ...extra }));
      expect((await refused.reply()).status).toBe(status);
      refused.cut();
    }
  },
);

verifies("server.json-hostile", "a body that the client cuts off leaves no trace but a line", async () => {
  const cutOff = (): unknown[] => running.log.filter((line) => line["status"] === 499);
  const connection = await RawConnection.open(running.url);
  connection.send(rawRequest(`POST ${PATH}`, { ...JSON_TYPE, "content-length": "1000" }) + QUESTION);
  await sendRaw(running.url, rawRequest("GET /health"));
  connection.cut();
  await expect.poll(cutOff).toHaveLength(1);
  expect(cutOff()).toMatchObject([{ error: "client_left", outcome: "cancelled", path: PATH }]);
  expect(running.log.filter((line) => Number(line["level"]) >= 40)).toEqual([]);
  expect(attached.host.calls.every((call) => call.isSettled)).toBe(true);
});

verifies("server.refused-unread", "a small refused body does not cost the connection", async () => {
  const connection = await RawConnection.open(running.url);
  connection.send(post(QUESTION, { "content-type": "text/plain" }));
  const reply = await connection.reply();
  expect(reply.status).toBe(415);
  expect(reply.headers["connection"]).toBe("keep-alive");
  connection.send(post(QUESTION));
  expect((await connection.reply()).status).toBe(200);
  connection.cut();
});
