/** Terminals in which a coding agent is already pointed at the bridge. The key is in their environment alone. */
import * as vscode from "vscode";
import { codexFlags, opencodeConfig } from "../../src/recipes/agents.ts";
import type { PromptLimits } from "../../src/recipes/prompt-limits.ts";
import {
  claudeCodeEnv,
  geminiEnv,
  openaiEnv,
  KEY_VARIABLE,
  NO_KEY,
  type Target,
} from "../../src/recipes/recipes.ts";
import { quoted } from "./quoted.ts";

interface Agent {
  readonly title: string;
  /** Variables that are `null` are taken away. */
  readonly env: (target: Target) => Readonly<Record<string, string | null>>;
  readonly command: (target: Target) => readonly string[];
}

export const AGENTS = {
  openClaudeCode: {
    title: "Claude Code",
    // A key of Anthropic's would be sent along with the bridge's, to a server that it is not for.
    env: (target) => ({ ...claudeCodeEnv(target), ANTHROPIC_API_KEY: null }),
    command: () => ["claude"],
  },
  openCodex: {
    title: "Codex",
    env: ({ key }) => ({ [KEY_VARIABLE]: key }),
    command: (target) => ["codex", ...codexFlags(target)],
  },
  openOpencode: {
    title: "opencode",
    env: (target) => ({
      [KEY_VARIABLE]: target.key,
      // Laid over what the person's own files say, for this terminal.
      OPENCODE_CONFIG_CONTENT: JSON.stringify(opencodeConfig(target)),
    }),
    command: () => ["opencode"],
  },
  openTerminal: {
    title: "Terminal",
    // What programs read that are built on the vendors' packages.
    env: (target) => ({
      ...openaiEnv(target),
      ...geminiEnv(target),
      ...claudeCodeEnv(target),
      ANTHROPIC_API_KEY: null,
    }),
    command: () => [],
  },
} as const satisfies Readonly<Record<string, Agent>>;

export interface Access {
  readonly url: string;
  /** The key that the bridge wants, if any. */
  readonly key: string | undefined;
  readonly limits: PromptLimits;
}

export function openAgent(name: keyof typeof AGENTS, { url, key, limits }: Access): void {
  const { title, env, command }: Agent = AGENTS[name];
  const target: Target = { url, key: key ?? NO_KEY, needsKey: key !== undefined, limits };
  const terminal = vscode.window.createTerminal({
    name: vscode.l10n.t("{0} (bridge)", title),
    env: env(target),
    iconPath: new vscode.ThemeIcon("plug"),
  });
  terminal.show();
  const line = command(target).map((word) => quoted(word, process.platform));
  if (line.length > 0) terminal.sendText(line.join(" "));
}
