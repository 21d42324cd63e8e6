import { describe, expect, test } from "vitest";
import { findModel, isGone, type CatalogModel } from "../../../src/turn/catalog.ts";
import { resolve } from "../../../src/routing/models/resolve.ts";
import { verifies } from "../../support/verifies.ts";

const model = (id: string, parts: Partial<CatalogModel> = {}): CatalogModel => ({
  id: `copilot/${id}`,
  ...parts,
});
const CATALOG = [
  model("auto", { name: "Auto" }),
  model("gpt-5-mini", { name: "GPT-5 mini", family: "gpt-5-mini" }),
  model("gpt-5.2", { name: "GPT-5.2", family: "gpt-5.2" }),
  model("claude-haiku-4.5", { name: "Claude Haiku 4.5" }),
  model("claude-sonnet-4.5", { name: "Claude Sonnet 4.5" }),
  model("gemini-2.5-flash", { name: "Gemini 2.5 Flash" }),
  model("gemini-2.5-pro", { name: "Gemini 2.5 Pro" }),
];

/** What is answered with for a name as clients write it, with all that the bridge makes of it. */
function answers(
  name: string,
  catalog: readonly CatalogModel[] = CATALOG,
): [string | undefined, boolean | undefined] {
  const { hints } = resolve(name, [], { aliases: [], families: [], defaultModel: [] });
  const found = findModel({ model: name, hints: [...hints] }, catalog);
  return [found?.model.id.replace("copilot/", ""), found?.isSmaller];
}

verifies("editor.tiers", "a client's name finds the nearest model of its make and size", () => {
  const wanted: Readonly<Record<string, string>> = {
    auto: "auto",
    "copilot/gpt-5.2": "gpt-5.2",
    "GPT-5.2": "gpt-5.2",
    "gpt-5.4": "gpt-5.2",
    "gpt-5-pro": "gpt-5.2",
    "gpt-4o-mini-2024-07-18": "gpt-5-mini",
    "claude-haiku-4-5-20251001": "claude-haiku-4.5",
    "claude-3-5-haiku-latest": "claude-haiku-4.5",
    "claude-sonnet-4-5-20250929": "claude-sonnet-4.5",
    "claude-opus-4-1": "claude-sonnet-4.5",
    "gemini-3-flash-preview": "gemini-2.5-flash",
    "gemini-3-pro": "gemini-2.5-pro",
  };
  for (const [name, id] of Object.entries(wanted))
    expect([name, ...answers(name)]).toEqual([name, id, false]);
});

verifies("editor.tiers", "a small model in the place of a large one is told", () => {
  const small = [model("gpt-5-mini"), model("claude-haiku-4.5")];
  expect(answers("gpt-5-pro", small)).toEqual(["gpt-5-mini", true]);
  expect(answers("claude-opus-4-1", small)).toEqual(["claude-haiku-4.5", true]);
  expect(answers("claude-haiku-4-5", small)).toEqual(["claude-haiku-4.5", false]);
  expect(answers("auto", small)).toEqual(["gpt-5-mini", false]);
});

describe("a name of a vendor whose models are known", () => {
  test("is gone when none has it", () => {
    expect(isGone("copilot/gpt-5", CATALOG)).toBe(true);
    expect(isGone("copilot/gpt-5.2", CATALOG)).toBe(false);
    expect(isGone("own/gpt-5", CATALOG)).toBe(false);
    expect(isGone("gpt-5", CATALOG)).toBe(false);
    expect(isGone("/gpt-5", CATALOG)).toBe(false);
  });
});
