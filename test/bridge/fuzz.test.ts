import * as fc from "fast-check";
import { afterAll, beforeAll, expect } from "vitest";
import { ask, DIALECTS } from "../support/ask.ts";
import { hostileRequest, type HostileRequest } from "../support/hostile-requests.ts";
import { attachHost } from "../support/in-process-host.ts";
import { metricOf } from "../support/metric-of.ts";
import { RawConnection, type RawReply } from "../support/raw-http.ts";
import { echo } from "../support/scripts.ts";
import { startBridge, type RunningBridge } from "../support/start-bridge.ts";
import { verifies } from "../support/verifies.ts";

/** Requests sent at once, each on a connection that is kept as long as the bridge keeps it. */
const AT_ONCE = 20;
const RUNS = 500;
/** Far beyond what any of them takes; one that is never answered fails here. */
const ANSWER_MS = 15_000;

let running: RunningBridge;
const kept: RawConnection[] = [];

beforeAll(async () => {
  running = await startBridge({ bodyLimitMb: 1 });
  await attachHost(running.bridge, { script: echo });
});

afterAll(async () => {
  for (const connection of kept) connection.cut();
  await running.bridge.stop();
});

async function send(request: HostileRequest): Promise<RawReply | "closed"> {
  const connection = kept.pop() ?? (await RawConnection.open(running.url));
  const timer = setTimeout(() => connection.cut(), ANSWER_MS);
  try {
    connection.send(request.bytes);
    if (request.cutShort) connection.socket.end();
    let reply = await connection.reply(isHead(request));
    if (reply.status === 100) reply = await connection.reply(isHead(request));
    if (request.cutShort || reply.headers["connection"] !== "keep-alive") connection.cut();
    else kept.push(connection);
    return reply;
  } catch (error) {
    // A client that ends before its request is complete may find the connection closed.
    if (request.cutShort && !connection.socket.destroyed) return "closed";
    if (request.cutShort && (await connection.closed) !== undefined) return "closed";
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const isHead = ({ bytes }: HostileRequest): boolean => bytes.toString("latin1", 0, 5) === "HEAD ";

function check(request: HostileRequest, reply: RawReply | "closed"): void {
  if (reply === "closed") return;
  const { status, headers, body } = reply;
  expect(status).toBeGreaterThanOrEqual(200);
  // The host answers the same whatever it is asked: a tool call or a form that was demanded is its failure.
  if (status === 502) expect(body).toMatch(/"message":"The model's (?:answer|tool call) /);
  else expect(status).toBeLessThan(500);
  if (isHead(request) || status === 204) return;
  if (status < 300) {
    if (headers["content-type"]?.startsWith("text/event-stream") === true) expect(body).toMatch(/\n\n$/);
    return;
  }
  expect(headers["content-type"]).toMatch(/^application\/json/);
  const { error, type } = JSON.parse(body) as { type?: string; error: { message: string; type: string } };
  expect(error.message).not.toBe("");
  expect(error.message.length).toBeLessThan(1000);
  expect(error.type).toMatch(/^[a-z_]+$/);
  if (request.anthropic !== undefined) expect(type).toBe(request.anthropic ? "error" : undefined);
  if (type !== "error") expect(error).toHaveProperty("code");
}

/** With the request in the message: the whole counterexample would be many pages. */
function checkOne(request: HostileRequest, reply: RawReply | "closed"): void {
  try {
    check(request, reply);
  } catch (error) {
    const sent = JSON.stringify(request.bytes.toString("latin1", 0, 1500));
    const got = JSON.stringify(reply).slice(0, 1500);
    const logged = JSON.stringify(running.log.findLast((line) => Number(line["level"]) >= 50));
    throw new Error(`Sent ${sent}\nGot ${got}\n${String(error)}\nLogged ${logged}`, { cause: error });
  }
}

function failBriefly<Sent>(run: fc.RunDetails<Sent>): void {
  if (run.failed) throw new Error(`Seed ${run.seed}: ${String(run.errorInstance)}`);
}

verifies(
  "server.fuzz",
  `${AT_ONCE * RUNS} hostile requests: no crash, no 5xx, no silence, the right dialect, healthy after`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(hostileRequest, { minLength: AT_ONCE, maxLength: AT_ONCE }),
        async (requests) => {
          const replies = await Promise.all(requests.map(send));
          requests.forEach((request, index) => checkOne(request, replies[index] ?? "closed"));
        },
      ),
      { numRuns: RUNS, endOnFailure: true, reporter: failBriefly },
    );
    expect(running.log.filter((line) => Number(line["level"]) >= 40)).toEqual([]);
    for (const dialect of DIALECTS) expect((await ask(running.url, dialect)).status).toBe(200);
    await expect.poll(() => metricOf(running.url, "mcptb_requests_in_flight")).toBe(0);
  },
);
