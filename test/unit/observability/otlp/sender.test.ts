import { afterEach, expect, test } from "vitest";
import { deliveryOf } from "../../../../src/observability/otlp/post.ts";
import { Sender } from "../../../../src/observability/otlp/sender.ts";
import { type FakeCollector, startCollector } from "../../../support/otlp/fake-collector.ts";

let collector: FakeCollector | undefined;

afterEach(async () => {
  await collector?.close();
  collector = undefined;
});

async function sending(url?: string) {
  const found = (collector = await startCollector());
  const lost = { items: 0 };
  const problems: string[] = [];
  const sender = new Sender({
    destination: {
      url: new URL(`${url ?? found.url}/v1/traces`),
      headers: { "x-key": "k" },
      timeoutMs: 5000,
    },
    wrap: (items) => `[${items.join(",")}]`,
    onLost: (items) => {
      lost.items += items;
    },
    onProblem: (message) => problems.push(message),
  });
  const got = () => found.received.flatMap(({ body }) => JSON.parse(body) as number[]);
  return { collector: found, sender, lost, problems, got };
}

test("what waits is sent in batches, with the headers", async () => {
  const { collector: found, sender, lost, got } = await sending();
  for (let item = 0; item < 1300; item += 1) sender.offer(String(item));
  await sender.close(20_000);
  expect(got()).toEqual(Array.from({ length: 1300 }, (_, item) => item));
  expect(found.received.length).toBe(3);
  expect(found.received[0]?.headers).toMatchObject({ "content-type": "application/json", "x-key": "k" });
  expect(lost.items).toBe(0);
});

test("of more than may wait the oldest are lost, and counted", async () => {
  const { collector: found, sender, lost, got } = await sending();
  let release: (() => void) | undefined;
  found.reply = (response) => {
    release = () => void response.end("{}");
  };
  for (let item = 0; item < 512; item += 1) sender.offer(String(item));
  await expect.poll(() => found.received.length).toBe(1);
  found.reply = (response) => response.end("{}");
  for (let item = 512; item < 512 + 3000; item += 1) sender.offer(String(item));
  expect(lost.items).toBe(3000 - 2048);
  release?.();
  await sender.close(20_000);
  expect(got()).toHaveLength(512 + 2048);
  expect(got().at(-1)).toBe(3511);
});

test("a large item takes the place of several", async () => {
  const { sender, lost } = await sending();
  for (let item = 0; item < 10; item += 1) sender.offer(JSON.stringify("x".repeat(1_048_576)));
  expect(lost.items).toBe(3);
  await sender.close(20_000);
});

test("a collector that asks for time is asked again after it, and no item is lost or doubled", async () => {
  const { collector: found, sender, lost, problems, got } = await sending();
  const answers = [429, 503];
  found.reply = (response) => {
    const status = answers.shift();
    if (status === undefined) response.end("{}");
    else response.writeHead(status, { "retry-after": "0" }).end("busy");
  };
  for (let item = 0; item < 512; item += 1) sender.offer(String(item));
  await expect.poll(() => found.received.length).toBe(3);
  await sender.close(20_000);
  expect(got().length).toBe(3 * 512);
  expect(lost.items).toBe(0);
  expect(problems).toEqual(["status 429", "status 503"]);
});

test("what it refuses is not sent again, and the same reason is told once", async () => {
  const { collector: found, sender, lost, problems } = await sending();
  found.reply = (response) => response.writeHead(400).end("no");
  for (let item = 0; item < 1024; item += 1) sender.offer(String(item));
  await sender.close(20_000);
  expect(found.received.length).toBe(2);
  expect(lost.items).toBe(1024);
  expect(problems).toEqual(["status 400"]);
});

test("a partly taken batch is counted by what was not taken", async () => {
  const { collector: found, sender, lost, problems } = await sending();
  found.reply = (response) =>
    response.end(JSON.stringify({ partialSuccess: { rejectedSpans: "2", errorMessage: "too old" } }));
  for (let item = 0; item < 5; item += 1) sender.offer(String(item));
  await sender.close(20_000);
  expect(lost.items).toBe(2);
  expect(problems).toEqual(["too old"]);
});

test("closing waits no longer than it may for a collector that does not answer, and counts what is lost", async () => {
  const { collector: found, sender, lost } = await sending();
  found.reply = () => undefined;
  for (let item = 0; item < 700; item += 1) sender.offer(String(item));
  await expect.poll(() => found.received.length).toBe(1);
  await sender.close(50);
  await expect.poll(() => lost.items).toBe(700);
});

test("nobody there: it is told once and nothing throws", async () => {
  const { sender, lost, problems } = await sending("http://127.0.0.1:9");
  sender.offer("1");
  await sender.close(20_000);
  expect(lost.items).toBe(1);
  expect(problems).toEqual(["ECONNREFUSED"]);
});

test("answers mean what the specification of OTLP says", () => {
  expect(deliveryOf(200, undefined, "{}")).toEqual({ outcome: "taken", rejected: 0, why: "" });
  expect(deliveryOf(200, undefined, "not json")).toMatchObject({ outcome: "taken" });
  for (const status of [429, 502, 503, 504])
    expect(deliveryOf(status, "7", "")).toMatchObject({ outcome: "later", afterMs: 7000 });
  const date = new Date(Date.now() + 60_000).toUTCString();
  const { afterMs = 0 } = deliveryOf(503, date, "") as { afterMs?: number };
  expect(afterMs).toBeGreaterThan(50_000);
  expect(deliveryOf(503, "soon", "")).toMatchObject({ outcome: "later", afterMs: undefined });
  for (const status of [301, 400, 401, 404, 413, 500])
    expect(deliveryOf(status, undefined, "")).toMatchObject({ outcome: "refused" });
});
