/**
 * Tens of thousands of requests of every kind against the real program: after them it holds what it held before. A warm-up comes first, so that
 * what a process keeps for good (code, caches within their bounds, the last 10,000 requests of its history) is there at the start.
 */
import { Agent, request } from "node:http";
import { afterEach, expect, test } from "vitest";
import { metricOf } from "../support/bridge/metric-of.ts";
import type { Script } from "../support/hosts/sampling-call.ts";
import { spawnBridge, type SpawnedBridge } from "../support/processes/spawned-bridge.ts";
import { descriptors } from "./support/process.ts";

const REQUESTS = 50_000;
const WARM_UP = 12_000;
const AT_ONCE = 16;
/** Beyond the first measure; the heap of a process at rest varies by some megabytes of its own. */
const GROWTH = 1.1;

/** Loaded before the program: on a signal it collects garbage and says how large the heap is. */
const COLLECTOR = `process.on("SIGUSR2", () => { gc(); gc(); process.stderr.write("heap " + process.memoryUsage().heapUsed + "\\n"); });`;

const PATHS = ["/v1/chat/completions", "/v1/messages", "/v1/responses"] as const;
const KINDS = ["good", "good", "good", "failing", "wrong", "broken", "aborted"] as const;

let bridge: SpawnedBridge;

afterEach(() => bridge.kill());

/** Answers, fails or waits for the client to leave, as the request says. */
const script: Script = (call) => {
  if (call.lastText.startsWith("failing")) call.fail(-32_603, "The model is asleep.");
  else if (!call.lastText.startsWith("aborted")) call.answer(`Hello. ${"Some words. ".repeat(20)}`);
};

function bodyOf(index: number, kind: (typeof KINDS)[number], stream: boolean): string {
  const text = `${kind} ${index}`;
  if (kind === "broken") return `{"model":"auto","messages":[{"role":"user","content":"${text}`;
  const tools = index % 5 === 0;
  return JSON.stringify({
    model: kind === "wrong" ? 7 : `model-${index % 50}`,
    max_tokens: 1000,
    stream,
    ...(index % 3 === 2 ? { input: text } : { messages: [{ role: "user", content: text }] }),
    ...(tools &&
      index % 3 === 0 && {
        tools: [{ type: "function", function: { name: `f${index}`, parameters: { type: "object" } } }],
      }),
    ...(tools && index % 3 === 1 && { tools: [{ name: `f${index}`, input_schema: { type: "object" } }] }),
  });
}

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });

/** The status, or 0 for one that was aborted. */
function one(url: string, index: number): Promise<number> {
  const kind = KINDS[index % KINDS.length] ?? "good";
  const stream = Math.floor(index / 3) % 2 === 0;
  return new Promise((resolve) => {
    const outgoing = request(
      `${url}${PATHS[index % 3]}`,
      { method: "POST", agent, headers: { "content-type": "application/json" } },
      (incoming) => {
        incoming.resume();
        incoming.once("close", () => resolve(incoming.complete ? (incoming.statusCode ?? 0) : 0));
      },
    );
    outgoing.once("error", () => resolve(0));
    outgoing.end(bodyOf(index, kind, stream));
    if (kind === "aborted") setTimeout(() => outgoing.destroy(), 5);
  });
}

/** Serves so many requests; how many of each status there were. */
async function serve(url: string, from: number, count: number): Promise<ReadonlyMap<number, number>> {
  const statuses = new Map<number, number>();
  let next = from;
  const worker = async (): Promise<void> => {
    while (next < from + count) {
      next += 1;
      const status = await one(url, next);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return statuses;
}

/** Bytes of the heap after a collection, when nothing is in flight. */
async function heapOf(url: string): Promise<number> {
  await expect.poll(() => metricOf(url, "mcptb_requests_in_flight"), { timeout: 20_000 }).toBe(0);
  const known = bridge.log.filter((line) => line.startsWith("heap ")).length;
  bridge.child.kill("SIGUSR2");
  const told = (): string[] => bridge.log.filter((line) => line.startsWith("heap "));
  await expect.poll(() => told().length, { timeout: 20_000 }).toBeGreaterThan(known);
  return Number(told().at(-1)?.slice(5));
}

test(`after ${REQUESTS} requests the heap and the descriptors are what they were`, async () => {
  const code = `data:text/javascript,${encodeURIComponent(COLLECTOR)}`;
  bridge = spawnBridge({ script }, [], { NODE_OPTIONS: `--expose-gc --import ${code}` });
  await bridge.host.initialize();
  const url = await bridge.url;
  await serve(url, 0, WARM_UP);
  const heap = await heapOf(url);
  const open = descriptors(bridge.child.pid ?? 0);
  const statuses = await serve(url, WARM_UP, REQUESTS);
  for (const status of statuses.keys()) expect([0, 200, 400, 502]).toContain(status);
  expect(statuses.get(200)).toBeGreaterThan(REQUESTS / 4);
  const { length: connections } = Object.values(agent.sockets)
    .concat(Object.values(agent.freeSockets))
    .flat();
  expect(connections).toBeLessThanOrEqual(AT_ONCE);
  expect(await heapOf(url)).toBeLessThan(heap * GROWTH);
  // The connections of the clients may be open or not.
  expect(descriptors(bridge.child.pid ?? 0) ?? 0).toBeLessThanOrEqual((open ?? 0) + AT_ONCE);
  agent.destroy();
}, 600_000);
