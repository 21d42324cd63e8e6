/** Terminals in which a coding agent is already pointed at the bridge. The key is in their environment alone. */
import * as vscode from "vscode";
import { codexFlags } from "../../src/recipes/agents.ts";
import { claudeCodeEnv, KEY_VARIABLE, NO_KEY, type Target } from "../../src/recipes/recipes.ts";
import { quoted } from "./quoted.ts";

/** @param key that the bridge wants, if any. */
export function openClaudeCode(url: string, key: string | undefined): void {
  const env = { ...claudeCodeEnv(target(url, key)), ANTHROPIC_API_KEY: null };
  open("Claude Code", env, ["claude"]);
}

export function openCodex(url: string, key: string | undefined): void {
  open("Codex", { [KEY_VARIABLE]: key ?? NO_KEY }, ["codex", ...codexFlags(target(url, key))]);
}

function target(url: string, key: string | undefined): Target {
  return { url, key: key ?? NO_KEY, needsKey: key !== undefined };
}

/** Variables that are `null` are taken away. */
function open(agent: string, env: Readonly<Record<string, string | null>>, command: readonly string[]): void {
  const terminal = vscode.window.createTerminal({
    name: vscode.l10n.t("{0} (bridge)", agent),
    env,
    iconPath: new vscode.ThemeIcon("plug"),
  });
  terminal.show();
  terminal.sendText(command.map((word) => quoted(word, process.platform)).join(" "));
}
