import { vi } from "vitest";

/** Waits until a check passes. Its limit is for what never comes, not for what comes late on a busy machine. */
export function eventually<Value>(check: () => Value | Promise<Value>): Promise<Value> {
  return vi.waitFor(check, { timeout: 120_000, interval: 20 });
}
