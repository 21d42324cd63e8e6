import { afterAll, expect, test } from "vitest";
import { structured } from "../../../src/polyfill/json-schema.ts";
import { SchemaChecker } from "../../../src/polyfill/schema-checker/checker.ts";
import { eventsOf, gather, textTurn } from "../../support/streams/events.ts";
import { turnRequest } from "../../support/data/turn-request.ts";

const checker = new SchemaChecker();
afterAll(() => checker.close());

const schema = { type: "object", properties: { a: { type: "number" } }, required: ["a"] };

/** The JSON that a client gets when the host answers so, and how often the host was asked. */
async function ask(
  answer: string,
  form: Readonly<Record<string, unknown>> = schema,
): Promise<{ json: string; asked: number }> {
  let asked = 0;
  const run = structured(checker.checkFor("test"))(() => {
    asked += 1;
    return eventsOf(textTurn(answer));
  });
  const request = turnRequest({ responseFormat: { type: "json", schema: form } });
  const events = await gather(run(request, new AbortController().signal));
  return { json: events.map((event) => (event.type === "text-delta" ? event.text : "")).join(""), asked };
}

test.each([
  ["alone", '{"a": 1}'],
  ["in a code block", '```json\n{"a": 1}\n```'],
  ["with words around it", 'Here it is:\n{"a": 1}\nI hope it helps.'],
  ["in a code block with words around it", 'Here it is:\n```json\n{"a": 1}\n```\nI hope it helps.'],
  ["behind words in brackets", 'Here is [the answer]: {"a": 1}'],
  ["behind a number", '1 object: {"a": 1}'],
  ["behind thinking that drafts another", '<think>{"a": 2}? No.</think>\n{"a": 1}'],
  ["with slips", "{'a': 1,}"],
])("JSON %s is taken out of the answer", async (_, answer) => {
  expect(await ask(answer)).toEqual({ json: '{"a":1}', asked: 1 });
});

test.each([
  ["cut off", '{"a": 1'],
  ["none", "I cannot."],
  ["too deep", `{"a": ${"[".repeat(5000)}${"]".repeat(5000)}}`],
])("an answer with JSON %s is asked for again, once, and then refused", async (_, answer) => {
  await expect(ask(answer)).rejects.toMatchObject({ code: "host_failed" });
});

test.each([
  ["a number in quotes", "number", '"5"', "5"],
  ["a number", "number", "5", "5"],
  ["a number for a text", "string", "5", '"5"'],
  ["a word for a truth value", "boolean", '"true"', "true"],
])("%s is a whole answer of the type that was asked for", async (_, type, answer, json) => {
  expect(await ask(answer, { type })).toEqual({ json, asked: 1 });
});

test("a single value of another type is asked for again, once, and then refused", async () => {
  await expect(ask('"five"', { type: "number" })).rejects.toMatchObject({ code: "host_failed" });
});
