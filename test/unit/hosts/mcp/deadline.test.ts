import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { deadline } from "../../../../src/hosts/mcp/deadline.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const late = (): Error => new Error("too late");

test("aborts after its time", () => {
  const { signal } = deadline(new AbortController().signal, 1000, late);
  vi.advanceTimersByTime(999);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(signal.reason).toEqual(late());
});

test("follows its parent, also one that is aborted already", () => {
  const parent = new AbortController();
  const before = deadline(parent.signal, 1000, late);
  const reason = new Error("left");
  parent.abort(reason);
  expect(before.signal.reason).toBe(reason);
  expect(deadline(parent.signal, 1000, late).signal.reason).toBe(reason);
});

test("without a limit there is no timer, and with a long one it does not fire early", () => {
  const endless = deadline(new AbortController().signal, Infinity, late);
  const century = deadline(new AbortController().signal, 3.2e12, late);
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(1e9);
  expect(endless.signal.aborted || century.signal.aborted).toBe(false);
});

test("ending stops the clock", () => {
  const limit = deadline(new AbortController().signal, 1000, late);
  limit.end();
  expect(vi.getTimerCount()).toBe(0);
  expect(limit.signal.aborted).toBe(true);
});
