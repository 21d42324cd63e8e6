import { expect, test } from "vitest";
import { noticesFor } from "../../../src/polyfill/polyfills.ts";
import { FakeHost } from "../../support/hosts/fake-host.ts";
import { turnRequest } from "../../support/data/turn-request.ts";

const { abilities } = new FakeHost().describe();
const codes = (request: Parameters<typeof noticesFor>[0], given = abilities): string[] =>
  noticesFor(request, given).map(({ code }) => code);

const everything = turnRequest({
  tools: [{ name: "t", inputSchema: {} }],
  responseFormat: { type: "json" },
  maxTokens: 10,
  temperature: 0.5,
  messages: [{ role: "assistant", parts: [{ type: "text", text: "Sure" }] }],
});

test("what nobody asked for needs no notice", () => {
  expect(codes(turnRequest(), { ...abilities, maxTokens: "no", temperature: "no" })).toEqual([]);
});

test("what a host ignores is said", () => {
  expect(codes(everything, { ...abilities, maxTokens: "no", temperature: "no" })).toEqual([
    "max-tokens-cut",
    "prefill-approximated",
    "format-supplied",
    "tools-supplied",
    "temperature-ignored",
  ]);
});

test("what a host does, or may do, is not called ignored", () => {
  expect(codes(everything, { ...abilities, tools: true, maxTokens: "yes", temperature: "unknown" })).toEqual([
    "prefill-approximated",
    "format-supplied",
  ]);
});
