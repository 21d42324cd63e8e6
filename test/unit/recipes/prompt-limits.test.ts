/** How each agent is told how long a prompt may be. */
import { expect, test } from "vitest";
import { limitsOf } from "../../../src/joining/prompt-limits.ts";
import {
  CLAUDE_CODE_LIMITS,
  claudeCodeLimits,
  geminiLimits,
  opencodeLimits,
} from "../../../src/recipes/prompt-limits.ts";
import { verifies } from "../../support/verifies.ts";

verifies("editor.limits-written", "Claude's names take the smallest model that they may find", () => {
  const told = [
    { id: "auto", context_length: 64_000 },
    { id: "copilot/claude-sonnet-4.5", context_length: 128_000 },
    { id: "copilot/claude-opus-4.5", context_length: 160_000 },
    { id: "copilot/claude-haiku-4.5", context_length: 50_000 },
    { id: "copilot/gpt-5", context_length: 10_000 },
    { id: "own/claude", context_length: undefined },
  ];
  expect(limitsOf(told)).toEqual({ auto: 64_000, claude: 128_000 });
  expect(limitsOf(told.slice(0, 1))).toEqual({ auto: 64_000, claude: 64_000 });
  expect(limitsOf([])).toEqual({});
});

verifies("editor.limits-written", "Claude Code is told in variables that it heeds at every size", () => {
  const env = (claude: number) => claudeCodeLimits({ claude });
  expect(env(128_000)).toEqual({ CLAUDE_CODE_AUTO_COMPACT_WINDOW: "128000" });
  // It believes in more than 200,000 tokens only by name.
  expect(env(936_000)).toEqual({
    ANTHROPIC_MODEL: "sonnet[1m]",
    CLAUDE_CODE_AUTO_COMPACT_WINDOW: "936000",
  });
  // It knows no window below 100,000, so it gets a part of that.
  expect(env(64_000)).toEqual({
    CLAUDE_CODE_AUTO_COMPACT_WINDOW: "100000",
    CLAUDE_AUTOCOMPACT_PCT_OVERRIDE: "51",
  });
  expect(claudeCodeLimits({ auto: 64_000 })).toEqual({});
  const all = [64_000, 936_000].flatMap((tokens) => Object.keys(env(tokens)));
  expect([...new Set(all)].toSorted()).toEqual(CLAUDE_CODE_LIMITS.toSorted());
});

test("others are told in theirs", () => {
  expect(opencodeLimits({ auto: 20_000 })).toEqual({ context: 20_000, output: 20_000 });
  expect(opencodeLimits()).toEqual({ context: 128_000, output: 32_000 });
  // A part of the window that Gemini CLI assumes; what it does by itself is early enough for the largest.
  expect(geminiLimits({ auto: 131_072 })).toEqual({ model: { compressionThreshold: 0.1 } });
  expect(geminiLimits({ auto: 1_000_000 })).toEqual({});
  expect(geminiLimits({ auto: 5 })).toEqual({ model: { compressionThreshold: 0.01 } });
  expect(geminiLimits()).toEqual({});
});
