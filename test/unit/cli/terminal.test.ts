import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openTerminal } from "../../../src/cli/terminal.ts";
import { verifies } from "../../support/verifies.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";
const KEYS = { keys: "yan" };

/** A terminal of which the test is the person. */
function terminal(onInterrupt?: () => void) {
  const input = Object.assign(new PassThrough(), {
    raw: [] as boolean[],
    setRawMode: (on: boolean) => input.raw.push(on),
  });
  const output = Object.assign(new PassThrough(), { columns: 40, rows: 10 });
  let screen = "";
  output.on("data", (chunk: Buffer) => {
    screen += chunk.toString();
  });
  const opened = openTerminal({ input, output, ...(onInterrupt !== undefined && { onInterrupt }) });
  let nobodyLeft = new AbortController();
  return {
    ...opened,
    input,
    screen: () => screen,
    type: (text: string) => input.write(text),
    /** What a question comes to; `shown` lets time pass until it is to be seen. */
    ask: (name: string, more: { readonly byDefault?: string } = {}) => {
      nobodyLeft = new AbortController();
      const answer = opened.ask({ text: () => `${name}? `, ...KEYS, ...more }, nobodyLeft.signal);
      answer.catch(() => undefined);
      return answer;
    },
    shown: () => vi.advanceTimersByTimeAsync(1000),
    leave: () => nobodyLeft.abort(new Error("left")),
  };
}

verifies(
  "own-host.one-key",
  "one key answers, whole words too, and only the keys of the question",
  async () => {
    for (const [typed, key] of [
      ["y", "y"],
      ["A", "a"],
      ["yes\r", "y"],
      ["no\n", "n"],
      ["\u001B[A", undefined],
      ["what?\n", undefined],
      ["x", undefined],
      ["\r", undefined],
      [CTRL_D, "nobody"],
    ] as const) {
      const { ask, type, shown } = terminal();
      let answer: string | undefined;
      void ask("First").then((given) => (answer = given ?? "nobody"));
      await shown();
      type(typed);
      await shown();
      expect({ typed, answer }).toEqual({ typed, answer: key });
    }
  },
);

test("a key within a word that answers nothing is none; after a pause one counts again", async () => {
  const { ask, type, shown } = terminal();
  let answer: string | undefined;
  void ask("First").then((given) => (answer = given));
  await shown();
  for (const key of "what") {
    type(key);
    await vi.advanceTimersByTimeAsync(100);
  }
  expect(answer).toBeUndefined();
  await shown();
  type("n");
  await shown();
  expect(answer).toBe("n");
});

test("Enter stands for what the question says", async () => {
  const { ask, type, shown } = terminal();
  const answer = ask("Change", { byDefault: "n" });
  await shown();
  type("\r");
  expect(await answer).toBe("n");
});

describe("what was typed for something else", () => {
  verifies("own-host.no-stray-key", "before a question is to be seen, it is dropped", async () => {
    const { ask, type, shown, screen } = terminal();
    type("y\n");
    await shown();
    type("y");
    const answer = ask("First");
    type("y");
    await vi.advanceTimersByTimeAsync(50);
    type("y");
    expect(screen()).toBe("");
    await shown();
    expect(screen()).toBe("\nFirst? ");
    type("n");
    expect(await answer).toBe("n");
  });

  verifies(
    "own-host.no-stray-key",
    "the key for a question that was withdrawn does not answer the next",
    async () => {
      const { ask, type, shown, screen, leave } = terminal();
      const first = ask("First");
      await shown();
      leave();
      await expect(first).rejects.toThrow("left");
      expect(screen()).toContain("First? (the client has disconnected)\n");
      const second = ask("Second");
      await vi.advanceTimersByTimeAsync(500);
      type("y");
      expect(screen()).not.toContain("Second");
      await shown();
      expect(screen()).toContain("\nSecond? ");
      type("n");
      expect(await second).toBe("n");
    },
  );

  verifies("own-host.no-stray-key", "the key after an answer does not answer the next question", async () => {
    const { ask, type, shown } = terminal();
    const first = ask("First");
    await shown();
    type("y");
    expect(await first).toBe("y");
    const second = ask("Second");
    type("es\n");
    type("y\n");
    await shown();
    type("n");
    expect(await second).toBe("n");
  });

  test("a question that is withdrawn before it is to be seen is not shown", async () => {
    const { ask, shown, screen, leave } = terminal();
    const first = ask("First");
    leave();
    await expect(first).rejects.toThrow("left");
    await shown();
    expect(screen()).toBe("");
  });
});

verifies(
  "own-host.log-waits",
  "what is written while a question stands is shown afterwards, as far as it is kept",
  async () => {
    const { ask, type, shown, screen, print } = terminal();
    print("before\n");
    const answer = ask("First");
    await shown();
    print("one\u001B[2J\n");
    for (let line = 0; line < 4000; line += 1) print(`${"x".repeat(99)}\n`);
    print("last\n");
    expect(screen().slice(0, 100)).toBe("before\n\nFirst? ");
    type("y");
    await answer;
    await shown();
    expect(screen()).toMatch(/^before\n\nFirst\? y\n\(\d{4} earlier message\(s\) are not shown\)\nx{99}\n/);
    expect(screen().endsWith("last\n")).toBe(true);
    expect(screen().length).toBeLessThan(300_000);
    print("after\n");
    await shown();
    expect(screen().endsWith("last\nafter\n")).toBe(true);
  },
);

describe("keys that are no answer", () => {
  test("Ctrl-C interrupts, while a question stands and before it is shown", async () => {
    for (const wait of [0, 1000]) {
      const onInterrupt = vi.fn();
      const { ask, type } = terminal(onInterrupt);
      const answer = ask("First");
      await vi.advanceTimersByTimeAsync(wait);
      type(CTRL_C);
      await vi.advanceTimersByTimeAsync(0);
      expect(await answer).toBeUndefined();
      expect(onInterrupt).toHaveBeenCalledOnce();
    }
  });

  test("input that ends, also before", async () => {
    const { ask, shown, input } = terminal();
    const answer = ask("First");
    await shown();
    input.end();
    expect(await answer).toBeUndefined();
    expect(await ask("Second")).toBeUndefined();
  });

  test("the terminal is raw only while it is asked", async () => {
    const { ask, type, shown, input } = terminal();
    const answer = ask("First");
    await shown();
    expect(input.raw).toEqual([true]);
    type("y");
    await answer;
    expect(input.raw).toEqual([true, false]);
  });
});
