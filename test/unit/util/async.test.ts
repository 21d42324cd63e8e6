import { expect, test, vi } from "vitest";
import { within } from "../../../src/util/async.ts";

test("a value that comes in time is returned, and no timer is left", async () => {
  vi.useFakeTimers();
  try {
    expect(await within(Promise.resolve(1), 1000)).toBe(1);
    await expect(within(Promise.reject(new Error("no")), 1000)).rejects.toThrow("no");
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

test("a value that does not come in time is undefined, and its failure later is nobody's", async () => {
  let fail = (): void => undefined;
  const late = new Promise<number>((_, reject) => {
    fail = () => reject(new Error("late"));
  });
  expect(await within(late, 5)).toBeUndefined();
  fail();
  await new Promise((resolve) => setTimeout(resolve, 5));
});

test("no time is too long", async () => {
  const soon = new Promise((resolve) => setTimeout(resolve, 20, "value"));
  expect(await within(soon, Infinity)).toBe("value");
});
