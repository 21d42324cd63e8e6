import { expect } from "vitest";
import { hintsFor } from "../../../../src/routing/models/hints.ts";
import { verifies } from "../../../support/verifies.ts";

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
