import type { NamedHints } from "../../config/values.ts";

/**
 * Models to ask for when a host has none of exactly this name: the nearest of the same vendor and size. The first
 * pattern that fits decides, so small models come before the vendors. `-mini` has its dash because `gemini` ends in
 * `mini`.
 */
export const FAMILIES: readonly NamedHints[] = [
  { name: "claude-*haiku*", hints: ["haiku", "-mini", "flash"] },
  { name: "claude-*opus*", hints: ["opus", "sonnet", "claude"] },
  { name: "claude-*", hints: ["sonnet", "claude"] },
  { name: "gpt-*-nano*", hints: ["-nano", "-mini", "flash", "haiku"] },
  { name: "gpt-*-mini*", hints: ["-mini", "flash", "haiku"] },
  { name: "gpt-*codex*", hints: ["codex", "gpt"] },
  { name: "gpt-*", hints: ["gpt"] },
  { name: "codex-*", hints: ["codex", "gpt"] },
  { name: "o1-mini*", hints: ["-mini", "flash", "haiku"] },
  { name: "o3-mini*", hints: ["-mini", "flash", "haiku"] },
  { name: "o4-mini*", hints: ["-mini", "flash", "haiku"] },
  { name: "o1*", hints: ["gpt"] },
  { name: "o3*", hints: ["gpt"] },
  { name: "o4*", hints: ["gpt"] },
  { name: "gemini-*flash*", hints: ["flash", "-mini", "haiku"] },
  { name: "gemini-*", hints: ["gemini"] },
];
