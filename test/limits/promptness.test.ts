/**
 * What is promised in time: how fast a client that leaves frees its host, an answer begins, a bridge ends, another window takes over. From
 * each time goes what the machine took at that moment for a bare server, or the bridge waited for a processor that others had.
 */
import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ask, DIALECTS } from "../support/bridge/ask.ts";
import { metricOf } from "../support/bridge/metric-of.ts";
import { RawConnection, rawRequest } from "../support/bridge/raw-http.ts";
import { readChunks } from "../support/streams/read-chunks.ts";
import type { Script } from "../support/hosts/sampling-call.ts";
import { answer, hang } from "../support/hosts/scripts.ts";
import { spawnBridge, type SpawnedBridge } from "../support/processes/spawned-bridge.ts";
import { verifies } from "../support/verifies.ts";
import { windows } from "../support/processes/windows.ts";
import { bareServer, clock, probe, type BareServer, type Prober, type Span } from "./support/prober.ts";
import { waitedMs } from "./support/waited.mjs";

const CANCEL_MS = 250;
const FIRST_CHARACTER_MS = 100;
const HEARTBEAT_MS = 300;
const SILENCE_MS = 250;
const GONE_MS = 1000;
const END_MS = 2000;
const TAKEOVER_MS = 2000;

let bare: BareServer;

beforeAll(async () => {
  bare = await bareServer();
});

afterAll(async () => {
  await bare.stop();
});

/** What the spans took beyond what the machine did, the longest last. Milliseconds. */
async function excess(prober: Prober, spans: readonly Timed[]): Promise<number[]> {
  const { slowness } = await prober.stop();
  return spans
    .map((span) => span.to - span.from - Math.max(span.waited, slowness(span)))
    .sort((a, b) => a - b);
}

interface Timed extends Span {
  /** Milliseconds in it for which the processes waited for a processor, and this one. */
  readonly waited: number;
}

/** A span that begins now; the function returned ends it. */
function begin(...children: readonly ChildProcess[]): () => Timed {
  const own = waitedMs() ?? 0;
  const before = children.map(({ pid }) => waitedMs(pid) ?? 0);
  // One that ends in the meantime tells nothing any more.
  let known = before;
  const look = (): void => {
    known = children.map(({ pid }, index) => waitedMs(pid) ?? known[index] ?? 0);
  };
  const looking = setInterval(look, 10);
  const from = clock();
  return () => {
    clearInterval(looking);
    look();
    const waits = known.map((wait, index) => wait - (before[index] ?? 0));
    return { from, to: clock(), waited: Math.max(0, ...waits) + (waitedMs() ?? 0) - own };
  };
}

/** From `act` until `seen` settles. */
async function timed(
  children: readonly ChildProcess[],
  act: () => void,
  seen: Promise<unknown>,
): Promise<Timed> {
  const end = begin(...children);
  act();
  await seen;
  return end();
}

function at(times: readonly number[], share: number): number {
  return times[Math.floor(times.length * share)] ?? Number.NaN;
}

async function opened(
  script: Script,
  flags: readonly string[],
): Promise<SpawnedBridge & { address: string }> {
  const bridge = spawnBridge({ script }, flags);
  onTestFinished(() => bridge.kill());
  await bridge.host.initialize();
  return { ...bridge, address: await bridge.url };
}

verifies("host.cancel-in-time", "a client that leaves is cancelled at the host", async () => {
  const { host, child, address } = await opened(hang, ["--peek-ms", "0"]);
  const prober = probe(bare.url, bare.url);
  const times: Timed[] = [];
  for (let turn = 0; turn < 200; turn += 1) {
    const leaving = new AbortController();
    const dialect = DIALECTS[turn % DIALECTS.length] ?? "openai-chat";
    const asked = ask(address, dialect, { stream: turn % 4 < 2, signal: leaving.signal }).catch(
      () => undefined,
    );
    const call = await host.next();
    times.push(await timed([child], () => leaving.abort(), call.cancelled));
    await asked;
  }
  expect(at(await excess(prober, times), 0.99)).toBeLessThan(CANCEL_MS);
});

verifies("control.stop", "what runs in every window is cancelled at its host after a stop", async () => {
  const { open, ready, url } = await windows();
  const all = [await open({ script: hang }), await open({ script: hang })];
  await ready(2);
  const prober = probe(bare.url, bare.url);
  const times: Timed[] = [];
  const control = (action: string): Promise<Response> =>
    fetch(`${url}/control/${action}`, { method: "POST" });
  for (let turn = 0; turn < 20; turn += 1) {
    const asked = [ask(url, "openai-chat"), ask(url, "anthropic-messages", { stream: true })];
    const calls = await Promise.all(all.map(({ host }) => host.next()));
    let stopped: Promise<Response> | undefined;
    const children = all.map(({ child }) => child);
    const stop = (): void => void (stopped = control("stop"));
    times.push(await timed(children, stop, Promise.all(calls.map(({ cancelled }) => cancelled))));
    await stopped;
    await Promise.all(asked);
    await control("resume");
  }
  expect(at(await excess(prober, times), 0.9)).toBeLessThan(CANCEL_MS);
});

verifies("stream.first-character", "the first character follows the host's answer", async () => {
  const { host, child, address } = await opened(hang, ["--peek-ms", "0", "--consent-hint-ms", "0"]);
  const prober = probe(bare.url, bare.url);
  const times: Timed[] = [];
  for (let turn = 0; turn < 40; turn += 1) {
    const dialect = DIALECTS[turn % DIALECTS.length] ?? "openai-chat";
    const chunks = readChunks(await ask(address, dialect, { stream: true }));
    const call = await host.next();
    await chunks.next();
    const end = begin(child);
    call.answer("Word. ".repeat(2000));
    for await (const chunk of chunks) {
      if (!chunk.includes("Word.")) continue;
      times.push(end());
      break;
    }
  }
  expect(times).toHaveLength(40);
  expect(at(await excess(prober, times), 0.5)).toBeLessThan(FIRST_CHARACTER_MS);
});

verifies(
  "stream.heartbeat",
  "no silence is longer than the setting, for as long as the host thinks",
  async () => {
    const { host, child, address } = await opened(hang, [
      "--peek-ms",
      "0",
      "--heartbeat-ms",
      String(HEARTBEAT_MS),
    ]);
    const prober = probe(bare.url, bare.url);
    const silences = await Promise.all(
      DIALECTS.map(async (dialect) => {
        const times: Timed[] = [];
        const response = await ask(address, dialect, { stream: true });
        let end = begin(child);
        for await (const _chunk of readChunks(response)) {
          times.push(end());
          end = begin(child);
          if (times.length === 10) for (const call of host.calls) call.answer("At last.");
        }
        end();
        return times;
      }),
    );
    expect(at(await excess(prober, silences.flat()), 1 - 1e-9)).toBeLessThan(HEARTBEAT_MS + SILENCE_MS);
  },
);

describe("others are served", () => {
  const ways = {
    "while clients do not read": (connection: RawConnection) => connection.socket.pause(),
    "while clients cut their answers": (connection: RawConnection) => {
      connection.socket.once("data", () => connection.cut());
    },
  } as const;
  for (const [way, behave] of Object.entries(ways)) {
    verifies("stream.others-served", way, async () => {
      const { child, address } = await opened(answer("abcdefghij".repeat(100_000)), [
        "--stream-unit",
        "char",
      ]);
      const prober = probe(address, bare.url, child.pid);
      const body = JSON.stringify({
        model: "auto",
        stream: true,
        messages: [{ role: "user", content: "?" }],
      });
      const asking = rawRequest("POST /v1/chat/completions", { "content-type": "application/json" }, body);
      const clients = Array.from({ length: 10 }, async () => {
        const connection = await RawConnection.open(address);
        behave(connection);
        connection.send(asking);
        onTestFinished(() => connection.cut());
      });
      await Promise.all(clients);
      for (let turn = 0; turn < 20; turn += 1) await (await fetch(`${address}/health`)).text();
      const { longestMs, failed } = await prober.stop();
      expect({ failed, silence: longestMs < SILENCE_MS ? "short" : longestMs }).toEqual({
        failed: 0,
        silence: "short",
      });
    });
  }
});

verifies("host.gone", "every waiting client of a host that goes has its error within a second", async () => {
  for (const peekMs of ["0", "10000"]) {
    const { host, child, address } = await opened(hang, ["--peek-ms", peekMs, "--max-concurrent", "8"]);
    const prober = probe(bare.url, bare.url);
    const clients = Array.from({ length: 12 }, async (_, index) => {
      const dialect = DIALECTS[index % DIALECTS.length] ?? "openai-chat";
      await (await ask(address, dialect, { stream: index % 4 < 2 })).text();
    });
    await host.until(() => host.calls.length === 8);
    await expect.poll(() => metricOf(address, "mcptb_requests_queued")).toBe(4);
    const took = await timed([child], () => host.close(), Promise.all(clients));
    expect((await excess(prober, [took])).at(-1)).toBeLessThan(GONE_MS);
  }
});

describe("with a stream open and unread, the bridge ends", () => {
  const ways = { "when its host leaves": undefined, "on SIGTERM": "SIGTERM", "on SIGINT": "SIGINT" } as const;
  test.each(Object.entries(ways))("%s", async (_way, signal) => {
    const { host, child, exited, address } = await opened(answer("x".repeat(8_000_000)), ["--peek-ms", "0"]);
    const prober = probe(bare.url, bare.url);
    const response = await ask(address, "openai-chat", { stream: true });
    const took = await timed(
      [child],
      () => {
        if (signal === undefined) host.close();
        else child.kill(signal);
      },
      exited,
    );
    expect((await excess(prober, [took])).at(-1)).toBeLessThan(END_MS);
    await response.body?.cancel().catch(() => undefined);
  });
});

test("when the window that leads is killed, another leads", async () => {
  const { open, ready } = await windows();
  const leader = await open({ script: hang });
  await ready(1);
  const others: ChildProcess[] = [];
  for (let more = 0; more < 4; more += 1) others.push((await open({ script: answer("Hello.") })).child);
  await ready(5);
  const prober = probe(bare.url, bare.url);
  const took = await timed(
    others,
    () => leader.child.kill("SIGKILL"),
    leader.exited.then(() => ready(4)),
  );
  expect((await excess(prober, [took])).at(-1)).toBeLessThan(TAKEOVER_MS);
});
