/** How long a prompt may be, in the words of each agent: told, they compact a conversation in time. */

/** Tokens, as the bridge tells them of the models that answer; absent where no host tells. */
export interface PromptLimits {
  /** Of the model that answers where none is named. */
  readonly auto?: number;
  /** The smallest of the models that Claude's names may find. */
  readonly claude?: number;
}

/** What Claude Code takes a model for whose name says nothing else, and one whose name ends in `[1m]`. */
const USUAL_WINDOW = 200_000;
/** Claude Code reads a smaller window as this one. */
const SMALLEST_WINDOW = 100_000;
/** Of a window, when it is so small that Claude Code's own margin does not fit. */
const USED_PERCENT = 80;

/** All that `claudeCodeLimits` may set. */
export const CLAUDE_CODE_LIMITS = [
  "ANTHROPIC_MODEL",
  "CLAUDE_CODE_AUTO_COMPACT_WINDOW",
  "CLAUDE_AUTOCOMPACT_PCT_OVERRIDE",
] as const;

/** The name by which Claude Code asks for the window of a million tokens, without which it uses none above the usual. */
export const LARGE_WINDOW_MODEL = "sonnet[1m]";

/** Environment of Claude Code. It compacts at the smaller one of what it believes of the model and what it is told here. */
export function claudeCodeLimits({ claude }: PromptLimits = {}): Readonly<Record<string, string>> {
  if (claude === undefined) return {};
  return {
    ...(claude > USUAL_WINDOW && { ANTHROPIC_MODEL: LARGE_WINDOW_MODEL }),
    CLAUDE_CODE_AUTO_COMPACT_WINDOW: String(Math.max(claude, SMALLEST_WINDOW)),
    ...(claude < SMALLEST_WINDOW && {
      CLAUDE_AUTOCOMPACT_PCT_OVERRIDE: String(
        Math.max(1, Math.floor((claude * USED_PERCENT) / SMALLEST_WINDOW)),
      ),
    }),
  };
}

/** Top-level members of Codex's configuration; by itself it compacts a tenth before the end of the window. */
export function codexLimits({ auto }: PromptLimits = {}): Readonly<Record<string, number>> {
  return auto === undefined ? {} : { model_context_window: auto };
}

/** opencode needs a limit: with none it never compacts. */
export function opencodeLimits({ auto: context = 128_000 }: PromptLimits = {}): {
  readonly context: number;
  readonly output: number;
} {
  // More than the whole is no answer.
  return { context, output: Math.min(32_000, context) };
}

/** What Gemini CLI takes every model for. */
const GEMINI_WINDOW = 1_048_576;
/** The part of that window at which it compacts by itself. */
const GEMINI_THRESHOLD = 0.5;

/** Members of Gemini CLI's settings: it can be told at which part of the window that it assumes it is to compact. */
export function geminiLimits({ auto }: PromptLimits = {}): object {
  if (auto === undefined) return {};
  const part = Math.floor((auto * USED_PERCENT) / GEMINI_WINDOW) / 100;
  return part >= GEMINI_THRESHOLD ? {} : { model: { compressionThreshold: Math.max(0.01, part) } };
}
