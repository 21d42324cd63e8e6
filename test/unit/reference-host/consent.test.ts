import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import { expect, test } from "vitest";
import {
  describe as described,
  withConsent,
  type ConsentOptions,
} from "../../../src/reference-host/consent.ts";
import type { Lending } from "../../../src/reference-host/model.ts";
import { verifies } from "../../support/verifies.ts";

const ANSWER = { role: "assistant", model: "m", content: { type: "text", text: "Hi" } } as const;

function lending(text = "Hello?", signal = new AbortController().signal): Lending {
  const params = {
    messages: [{ role: "user" as const, content: { type: "text" as const, text } }],
    maxTokens: 1,
  };
  return { params, signal, emit: () => Promise.resolve() };
}

/** A person who types these lines, and a clock. */
function person(lines: readonly string[], options: Partial<ConsentOptions> = {}) {
  const questions: string[] = [];
  const rest = [...lines];
  const clock = { now: 0 };
  let asked = 0;
  const model = withConsent(() => Promise.resolve({ ...ANSWER }), {
    ask: async (text) => {
      questions.push(text);
      asked += 1;
      if (asked > 1) throw new Error("Two questions at once.");
      await Promise.resolve();
      asked -= 1;
      const line = rest.shift();
      if (line === undefined) throw new Error("Nobody types.");
      return line;
    },
    minutes: 15,
    always: false,
    model: "m",
    now: () => clock.now,
    ...options,
  });
  return { model, questions, clock };
}

verifies("own-host.consent", "yes is for one request, a for some minutes, no is MCP's refusal", async () => {
  const { model, questions, clock } = person([" Y ", "what?", "a", "no"]);
  expect(await model(lending())).toMatchObject(ANSWER);
  expect(await model(lending())).toMatchObject(ANSWER);
  expect(questions).toHaveLength(3);
  clock.now = 15 * 60_000 - 1;
  expect(await model(lending())).toMatchObject(ANSWER);
  expect(questions).toHaveLength(3);
  clock.now += 1;
  await expect(model(lending())).rejects.toMatchObject({ code: -1 });
});

test("with minutes a plain yes is for all of them", async () => {
  const { model, questions } = person(["yes"], { always: true, minutes: 1 });
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

test("the question says what is asked for, on lines that a terminal cannot be made to obey", () => {
  const params: CreateMessageRequestParams = {
    maxTokens: 1,
    systemPrompt: "x".repeat(400),
    modelPreferences: { hints: [{ name: "gpt-5\u001B[2J" }] },
    tools: [{ name: "t", inputSchema: { type: "object" } }],
    messages: [
      { role: "user", content: { type: "text", text: "\u0007Write\ta haiku\nabout rain" } },
      { role: "assistant", content: { type: "text", text: "no" } },
      { role: "user", content: { type: "tool_result", toolUseId: "a", content: [] } },
    ],
  };
  expect(described(params, "qwen")).toMatch(
    /^A client of the bridge wants to use qwen: 3 message\(s\), about \d+ tokens, 1 tool\(s\), asks for gpt-5 \[2J\.\n {2}Write a haiku$/,
  );
  expect(described({ messages: [], maxTokens: 1 }, "m")).toContain("(no text)");
});
