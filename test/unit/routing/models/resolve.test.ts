import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FAMILIES } from "../../../../src/routing/models/families.ts";
import { hintsFor } from "../../../../src/routing/models/hints.ts";
import { resolve, type NameRules } from "../../../../src/routing/models/resolve.ts";
import { verifies } from "../../../support/verifies.ts";

const NONE: NameRules = { aliases: [], families: [], defaultModel: [] };
const RULES: NameRules = {
  aliases: [
    { name: "gpt-4o", hints: ["copilot/gpt-5-mini", "haiku"] },
    { name: "Claude-Sonnet-4-5", hints: ["copilot/claude-sonnet-4.5"] },
    { name: "any", hints: ["auto"] },
  ],
  families: [{ name: "claude-*opus*", hints: ["gpt-5"] }],
  defaultModel: ["gpt-5", "gpt"],
};

describe("in order", () => {
  verifies("turn.model-names", "exact before alias before family before default", () => {
    const shown = ["gpt-4o", "copilot/auto"];
    expect(resolve("gpt-4o", shown, RULES)).toEqual({ hints: ["gpt-4o"], why: "exact" });
    expect(resolve("auto", [], RULES)).toEqual({ hints: [], why: "exact" });
    expect(resolve("gpt-4o", [], RULES)).toEqual({ hints: ["copilot/gpt-5-mini", "haiku"], why: "alias" });
    expect(resolve("gpt-4.1", [], RULES)).toEqual({ hints: ["gpt-4.1", "gpt"], why: "family" });
    expect(resolve("llama", [], RULES)).toEqual({ hints: ["llama", "gpt-5", "gpt"], why: "default" });
    expect(resolve("", [], RULES)).toEqual({ hints: ["gpt-5", "gpt"], why: "default" });
    expect(resolve("llama", [], NONE)).toEqual({ hints: ["llama"], why: "default" });
  });
});

verifies("ollama.tags", "the tag `latest` stands for none, unless a host or an alias has it", () => {
  const aliases = [{ name: "mine:latest", hints: ["gpt-5"] }];
  expect(resolve("auto:latest", [], RULES)).toEqual({ hints: [], why: "exact" });
  expect(resolve("gpt-4o:latest", ["gpt-4o"], RULES)).toEqual({ hints: ["gpt-4o"], why: "exact" });
  expect(resolve("qwen3:latest", ["qwen3:latest"], RULES)).toEqual({ hints: ["qwen3:latest"], why: "exact" });
  expect(resolve("mine:latest", [], { ...RULES, aliases })).toEqual({ hints: ["gpt-5"], why: "alias" });
  expect(resolve("qwen3:8b", [], NONE)).toEqual({ hints: ["qwen3:8b"], why: "default" });
});

test("an alias holds for its name with a date, a suffix, a provider or in capitals", () => {
  for (const name of [
    "gpt-4o-2024-08-06",
    "openai/gpt-4o",
    "GPT-4o",
    "claude-sonnet-4-5-20250929",
    "claude-sonnet-4-5[1m]",
  ]) {
    expect([name, resolve(name, [], RULES).why]).toEqual([name, "alias"]);
  }
});

test("auto ends a list: the host chooses", () => {
  expect(resolve("any", [], RULES)).toEqual({ hints: [], why: "alias" });
});

test("families of the person's come before the built-in ones", () => {
  expect(resolve("claude-opus-4", [], RULES).hints).toEqual(["claude-opus-4", "gpt-5"]);
  expect(resolve("claude-opus-4", [], NONE).hints).toEqual(["claude-opus-4", "opus", "sonnet", "claude"]);
});

test("each built-in family has a model that only it decides", () => {
  const examples = [
    "claude-3-5-haiku-20241022",
    "claude-opus-4-1",
    "claude-sonnet-4-5",
    "gpt-5-nano",
    "gpt-4o-mini",
    "gpt-5-codex",
    "gpt-4.1",
    "codex-latest",
    "o1-mini",
    "o3-mini",
    "o4-mini-2025-04-16",
    "o1-pro",
    "o3",
    "o4",
    "gemini-2.5-flash",
    "gemini-2.5-pro",
  ];
  const decided = examples.map((name) => resolve(name, [], NONE));
  expect(decided.map(({ why }) => why)).toEqual(examples.map(() => "family"));
  for (const [index, { hints }] of FAMILIES.entries()) {
    expect(decided[index]?.hints).toEqual([...new Set([...hintsFor(examples[index] ?? ""), ...hints])]);
  }
});

test("no hint for a small model is part of a large one's name", () => {
  const large = ["copilot/gemini-2.5-pro", "copilot/gpt-5", "copilot/claude-opus-4.5", "gemini"];
  for (const small of ["claude-haiku-4-5", "gpt-5-mini", "gpt-5-nano", "o4-mini", "gemini-2.5-flash"]) {
    const extra = resolve(small, [], NONE).hints.slice(hintsFor(small).length);
    expect(large.filter((name) => extra.some((hint) => name.includes(hint)))).toEqual([]);
  }
});

test("hints are never auto or twice the same, and the name itself stays the first", () => {
  const name = fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "auto", "a/auto", "[", "/"));
  const table = fc.array(fc.record({ name, hints: fc.array(name, { minLength: 1 }) }));
  fc.assert(
    fc.property(name, fc.array(name), table, fc.array(name), (model, shown, families, defaultModel) => {
      const { hints, why } = resolve(model, shown, { aliases: [], families, defaultModel });
      expect(hints).not.toContain("auto");
      expect(new Set(hints).size).toBe(hints.length);
      expect(why).not.toBe("alias");
      if (model !== "" && model !== "auto") expect(hints[0]).toBe(model);
    }),
  );
});
