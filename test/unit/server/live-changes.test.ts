import { expect } from "vitest";
import type { LiveRequest } from "../../../src/control/control-shapes.ts";
import { liveChanges, type LiveSource } from "../../../src/server/live-changes.ts";
import { verifies } from "../../support/verifies.ts";

function request(id: string, outputTokens = 0): LiveRequest {
  return {
    id,
    since: 1,
    key: null,
    client: "c",
    api: "openai-chat",
    stream: true,
    asked: "auto",
    model: null,
    host: null,
    state: "answering",
    inputTokens: null,
    outputTokens,
    firstMs: null,
    notices: [],
  };
}

function sourceOf(): LiveSource & { all: LiveRequest[]; call: () => void; listeners: Set<() => void> } {
  const listeners = new Set<() => void>();
  const source = {
    all: [] as LiveRequest[],
    listeners,
    call: () => listeners.forEach((listener) => listener()),
    state: () => ({
      stopped: false,
      consent: "auto" as const,
      requests: source.all.length,
      approvals: 0,
      grants: 0,
    }),
    hosts: () => [],
    requests: () => source.all,
    approvals: () => [],
    grants: () => [],
    watch(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return source;
}

verifies("control.live", "a reader that was slow gets the newest once, and nothing in between", async () => {
  const source = sourceOf();
  source.all = [request("a"), request("b")];
  const ended = new AbortController();
  const changes = liveChanges(source, 60_000, ended.signal);
  const first = await changes.next();
  expect(first.value).toMatchObject({ hosts: [], requests: { changed: source.all, gone: [] } });
  for (let tokens = 1; tokens <= 1000; tokens += 1) {
    source.all = [request("a", tokens), request(`c${tokens}`)];
    source.call();
  }
  const { value } = await changes.next();
  expect(value?.requests).toEqual({ changed: [request("a", 1000), request("c1000")], gone: ["b"] });
  expect(value?.hosts).toBeUndefined();
  const waiting = changes.next();
  ended.abort();
  expect((await waiting).done).toBe(true);
  expect(source.listeners.size).toBe(0);
});

verifies("control.live", "where nothing is new there are beats", async () => {
  const ended = new AbortController();
  const changes = liveChanges(sourceOf(), 0, ended.signal);
  expect((await changes.next()).value).toBeDefined();
  expect(await changes.next()).toEqual({ done: false, value: undefined });
  ended.abort();
  expect((await changes.next()).done).toBe(true);
});
