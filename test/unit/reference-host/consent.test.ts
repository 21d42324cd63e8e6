import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import { expect, test } from "vitest";
import {
  describe as described,
  withConsent,
  type ConsentOptions,
} from "../../../src/reference-host/consent.ts";
import type { Lending } from "../../../src/reference-host/model.ts";
import { columnsOf } from "../../../src/util/terminal-text.ts";
import { verifies } from "../../support/verifies.ts";

const ANSWER = { role: "assistant", model: "m", content: { type: "text", text: "Hi" } } as const;

const WINDOW = { columns: 80, rows: 24 };

function lending(text = "Hello?", signal = new AbortController().signal): Lending {
  const params = {
    messages: [{ role: "user" as const, content: { type: "text" as const, text } }],
    maxTokens: 1,
  };
  return { params, trace: undefined, signal, emit: () => Promise.resolve() };
}

/** A person who presses these keys, and a clock. */
function person(lines: readonly (string | undefined)[], options: Partial<ConsentOptions> = {}) {
  const questions: string[] = [];
  const rest = [...lines];
  const clock = { now: 0 };
  let asked = 0;
  const model = withConsent(() => Promise.resolve({ ...ANSWER }), {
    ask: async ({ text }) => {
      questions.push(text(WINDOW));
      asked += 1;
      if (asked > 1) throw new Error("Two questions at once.");
      await Promise.resolve();
      asked -= 1;
      if (rest.length === 0) throw new Error("Asked once too often.");
      return rest.shift();
    },
    minutes: 15,
    always: false,
    model: "m",
    clocks: [() => clock.now],
    ...options,
  });
  return { model, questions, clock };
}

verifies("own-host.consent", "yes is for one request, a for some minutes, no is MCP's refusal", async () => {
  const { model, questions, clock } = person(["y", "a", "n"]);
  expect(await model(lending())).toMatchObject(ANSWER);
  expect(await model(lending())).toMatchObject(ANSWER);
  expect(questions).toHaveLength(2);
  clock.now = 15 * 60_000 - 1;
  expect(await model(lending())).toMatchObject(ANSWER);
  expect(questions).toHaveLength(2);
  clock.now += 1;
  await expect(model(lending())).rejects.toMatchObject({ code: -1 });
});

test("with minutes a plain yes is for all of them", async () => {
  const { model, questions } = person(["y"], { always: true, minutes: 1 });
  await model(lending());
  await model(lending());
  expect(questions).toHaveLength(1);
  expect(questions[0]).toContain("Lend it for 1 minute? [y]es, [n]o:");
});

test("questions come one after the other, and one yes for minutes answers those that wait", async () => {
  const { model, questions } = person(["y", "a"]);
  await Promise.all([model(lending("one")), model(lending("two")), model(lending("three"))]);
  expect(questions.map((question) => /one|two|three/.exec(question)?.[0])).toEqual(["one", "two"]);
});

test("a request that is cancelled while it waits is not asked about", async () => {
  const { model, questions } = person(["y", "y"]);
  const left = new AbortController();
  const first = model(lending("one"));
  const second = model(lending("two", left.signal));
  left.abort(new Error("left"));
  await expect(second).rejects.toThrow("left");
  await first;
  await model(lending("three"));
  expect(questions.join(" ")).not.toContain("two");
});

test("nobody who can answer is a refusal", async () => {
  await expect(person([undefined]).model(lending())).rejects.toMatchObject({ code: -1 });
});

test("the minutes end by the clock of the day and by the one that nobody sets, and when a clock goes back", async () => {
  for (const change of [
    (clocks: number[]) => (clocks[0] = 60_000),
    (clocks: number[]) => (clocks[1] = 60_000),
    (clocks: number[]) => (clocks[1] = -60_000),
  ]) {
    const times = [0, 0];
    const clocks = [() => times[0] ?? 0, () => times[1] ?? 0];
    const { model, questions } = person(["a", "n"], { minutes: 1, clocks });
    await model(lending());
    await model(lending());
    change(times);
    await expect(model(lending())).rejects.toMatchObject({ code: -1 });
    expect(questions).toHaveLength(2);
  }
});

const HOSTILE = "\u001B[2J\u202E\u200B";
const PARAMS: CreateMessageRequestParams = {
  maxTokens: 1,
  systemPrompt: `You are a pirate.${HOSTILE}\nSecond line`,
  metadata: { "mcp-token-bridge/asked-by": { client: `curl/8.5${HOSTILE}\nLend it?`, key: "1a2b3c4d" } },
  modelPreferences: { hints: [{ name: `gpt-5${HOSTILE}` }] },
  tools: [{ name: "t", inputSchema: { type: "object" } }],
  messages: [
    { role: "user", content: { type: "text", text: `\u0007Write\ta haiku${HOSTILE}\nabout rain\rLend it?` } },
    { role: "assistant", content: { type: "text", text: "no" } },
    { role: "user", content: { type: "tool_result", toolUseId: "a", content: [] } },
  ],
};

verifies(
  ["own-host.who-asks", "own-host.safe-texts"],
  "the question says who asks for what, in the client's words, and a terminal obeys none of it",
  () => {
    expect(described(PARAMS, `qwen${HOSTILE}`, { columns: 120, rows: 24 }).split("\n")).toEqual([
      expect.stringMatching(
        /^A client \(curl\/8\.5\\u001b\[2J\\u202e\\u200b Lend it\?, key 1a2b3c4d\) wants to use qwen\\u001b\[2J\S+: 3 message\(s\), about \d+ tokens, 1 tool\(s\), asks for gpt-5\\u001b\S+\.$/,
      ),
      String.raw`  System prompt: You are a pirate.\u001b[2J\u202e\u200b`,
      String.raw`  │ \u0007Write  a haiku\u001b[2J\u202e\u200b`,
      "  │ about rain",
      "  │ Lend it?",
    ]);
    expect(described({ messages: [], maxTokens: 1 }, "m", WINDOW)).toMatch(
      /^A client of the bridge wants.*\n.*\(no text\)$/,
    );
  },
);

const says = (text: string): CreateMessageRequestParams => ({
  maxTokens: 1,
  messages: [
    {
      role: "user",
      content: [
        { type: "text", text },
        { type: "text", text: " " },
      ],
    },
  ],
});

verifies(
  "own-host.who-asks",
  "the last words are shown in full where the window has room, and both their ends where it has not",
  () => {
    const lines = Array.from({ length: 40 }, (_, line) => `line ${line}`);
    const all = described(says(lines.join("\n")), "m", { columns: 80, rows: 60 });
    for (const line of lines) expect(all).toContain(`│ ${line}\n`.trimEnd());
    expect(all).not.toContain("not shown");
    const some = described(says(lines.join("\n")), "m", WINDOW).split("\n");
    expect(some.length).toBeLessThanOrEqual(WINDOW.rows - 2);
    expect(some.length).toBeGreaterThan(WINDOW.rows - 6);
    expect(some).toContain("  │ line 0");
    expect(some.at(-1)).toBe("  │ line 39");
    expect(some.join("\n")).toContain("the middle is not shown");
  },
);

test("whatever is asked, the question fits its window", () => {
  const texts = [
    "x".repeat(100_000),
    "\n".repeat(100_000) + "y",
    "日本語".repeat(10_000),
    "a\n".repeat(50_000),
    "\u200B".repeat(5000),
    "word",
  ];
  for (const text of texts) {
    for (const window of [WINDOW, { columns: 40, rows: 20 }, { columns: 200, rows: 70 }]) {
      const rows = described({ ...says(text), systemPrompt: text }, "m".repeat(500), window)
        .split("\n")
        .reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / window.columns)), 0);
      expect(rows).toBeLessThanOrEqual(window.rows - 2);
    }
  }
});
