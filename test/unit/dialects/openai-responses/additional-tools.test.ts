import { expect, test } from "vitest";
import { decode } from "../../../../src/dialects/openai-responses/decode.ts";
import { ResponseStore } from "../../../../src/dialects/openai-responses/store.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";

const user = { type: "message", role: "user", content: "Hello" };

function exec(description: string): object {
  return {
    type: "additional_tools",
    role: "developer",
    tools: [{ type: "namespace", name: "functions", tools: [{ type: "custom", name: "exec", description }] }],
  };
}

test("tools among the input items are offered beside those of the request, and the last declaration holds", () => {
  const body = {
    model: "gpt-6-sol",
    tools: [{ type: "function", name: "wait", parameters: { type: "object" } }],
    input: [exec("first"), user, exec("second")],
  };
  const { request, notices, names } = decode(
    body,
    new Headers(),
    new ResponseStore({ responses: 1, size: 1000, ageMs: 60_000 }),
    ANYONE,
  );
  expect(request.tools.map(({ name, description }) => ({ name, description }))).toEqual([
    { name: "wait", description: undefined },
    { name: "functions__exec", description: "second" },
  ]);
  expect(names.originOf("functions__exec")).toEqual({ kind: "custom", name: "exec", namespace: "functions" });
  expect(notices).toEqual([]);
  expect(request.messages).toHaveLength(1);
});
