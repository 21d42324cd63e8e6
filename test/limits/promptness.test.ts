/** What is promised in time: how fast a client that leaves frees its host, a bridge ends, another window takes over. */
import { describe, expect, onTestFinished, test } from "vitest";
import { ask, DIALECTS } from "../support/ask.ts";
import { answer, hang } from "../support/scripts.ts";
import { spawnBridge } from "../support/spawned-bridge.ts";
import { windows } from "../support/windows.ts";

const CANCEL_MS = 250;
const END_MS = 2000;
const TAKEOVER_MS = 2000;

/** Milliseconds from `act` until `seen` settles. */
async function timed(act: () => void, seen: Promise<unknown>): Promise<number> {
  const began = performance.now();
  act();
  await seen;
  return performance.now() - began;
}

function p99(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN;
}

test("a client that leaves is cancelled at the host", async () => {
  const bridge = spawnBridge({ script: hang }, ["--peek-ms", "0"]);
  onTestFinished(() => bridge.kill());
  await bridge.host.initialize();
  const url = await bridge.url;
  const times: number[] = [];
  for (let turn = 0; turn < 200; turn += 1) {
    const leaving = new AbortController();
    const dialect = DIALECTS[turn % DIALECTS.length] ?? "openai-chat";
    const asked = ask(url, dialect, { stream: turn % 4 < 2, signal: leaving.signal }).catch(() => undefined);
    const call = await bridge.host.next();
    times.push(await timed(() => leaving.abort(), call.cancelled));
    await asked;
  }
  expect(p99(times)).toBeLessThan(CANCEL_MS);
});

describe("with a stream open and unread, the bridge ends", () => {
  const ways = { "when its host leaves": undefined, "on SIGTERM": "SIGTERM", "on SIGINT": "SIGINT" } as const;
  test.each(Object.entries(ways))("%s", async (_way, signal) => {
    const bridge = spawnBridge({ script: answer("x".repeat(8_000_000)) }, ["--peek-ms", "0"]);
    onTestFinished(() => bridge.kill());
    await bridge.host.initialize();
    const response = await ask(await bridge.url, "openai-chat", { stream: true });
    const took = await timed(() => {
      if (signal === undefined) bridge.host.close();
      else bridge.child.kill(signal);
    }, bridge.exited);
    expect(took).toBeLessThan(END_MS);
    await response.body?.cancel().catch(() => undefined);
  });
});

test("when the window that leads is killed, another leads", async () => {
  const { open, ready } = await windows();
  const leader = await open({ script: hang });
  await ready(1);
  for (let more = 0; more < 4; more += 1) await open({ script: answer("Hello.") });
  await ready(5);
  leader.child.kill("SIGKILL");
  expect(await ready(4)).toBeLessThan(TAKEOVER_MS);
});
