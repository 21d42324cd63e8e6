import { expect, test } from "vitest";
import { hintsFor, listModels } from "../../../src/routing/models.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { verifies } from "../../support/verifies.ts";

const CASES: readonly [string, string[]][] = [
  ["auto", []],
  ["", []],
  ["copilot/gpt-5", ["copilot/gpt-5", "gpt-5"]],
  ["gpt-5", ["gpt-5"]],
  ["gpt-4o-2024-08-06", ["gpt-4o-2024-08-06", "gpt-4o"]],
  ["claude-sonnet-4-5-20250929", ["claude-sonnet-4-5-20250929", "claude-sonnet-4-5", "claude-sonnet-4.5"]],
  ["claude-sonnet-4-5[1m]", ["claude-sonnet-4-5[1m]", "claude-sonnet-4-5", "claude-sonnet-4.5"]],
  ["claude-3-5-haiku-latest", ["claude-3-5-haiku-latest", "claude-3-5-haiku", "claude-3.5-haiku"]],
  ["claude-opus-4@20250514", ["claude-opus-4@20250514", "claude-opus-4"]],
  [
    "anthropic/claude-haiku-4-5-20251001",
    [
      "anthropic/claude-haiku-4-5-20251001",
      "claude-haiku-4-5-20251001",
      "claude-haiku-4-5",
      "claude-haiku-4.5",
    ],
  ],
];

verifies("turn.model-hints", "a client's model name becomes hints, the exact one first", () => {
  for (const [model, hints] of CASES) expect([model, hintsFor(model)]).toEqual([model, hints]);
});

test("the list has auto, and every model that answered once", () => {
  const hosts = [
    new FakeHost({ name: "one", models: ["gpt-5", "copilot/auto"] }).describe(),
    new FakeHost({ name: "other", models: ["gpt-5", "auto"] }).describe(),
  ];
  expect(listModels(hosts)).toEqual([
    { id: "auto", owner: "mcp-token-bridge" },
    { id: "gpt-5", owner: "one" },
    { id: "copilot/auto", owner: "one" },
  ]);
});
