/** One line for the person: where the bridge is, and what keeps it from working. */
import * as vscode from "vscode";
import type { BridgeState } from "./window-bridge.ts";
import type { VsCodeHost } from "./vscode-host.ts";

/** @param command what a click does. */
export function showStatus(
  item: vscode.StatusBarItem,
  state: BridgeState,
  host: Pick<VsCodeHost, "models" | "running" | "isDenied">,
  command: string,
): void {
  const { t } = vscode.l10n;
  const problem = state.problem ?? problemOf(state, host);
  const busy = host.running > 0;
  const icon = problem !== undefined ? "$(warning)" : busy ? "$(sync~spin)" : "$(plug)";
  item.name = "MCP Token Bridge";
  item.command = command;
  item.text =
    state.role === "stopped" ? `$(debug-disconnect) ${t("Bridge off")}` : `${icon} Bridge :${portOf(state)}`;
  item.tooltip = [tooltipOf(state, host.models.length), problem]
    .filter((line) => line !== undefined)
    .join("\n");
  item.accessibilityInformation = { label: `MCP Token Bridge: ${item.tooltip}`, role: "button" };
  item.show();
}

function portOf({ url }: BridgeState): string {
  return new URL(url).port;
}

/** What keeps the bridge from being of use, for the person. */
export function problemOf(
  { role }: BridgeState,
  host: Pick<VsCodeHost, "models" | "isDenied">,
): string | undefined {
  const { t } = vscode.l10n;
  if (role === "stopped") return undefined;
  if (host.models.length === 0)
    return t("No language model. Sign in to GitHub Copilot, or add a model provider.");
  if (host.isDenied) return t('Access to the models was refused. Use "Allow Access to the Models".');
  return undefined;
}

export function tooltipOf({ role, url }: BridgeState, models: number): string {
  const { t } = vscode.l10n;
  switch (role) {
    case "stopped":
      return t("The bridge is stopped.");
    case "starting":
      return t("The bridge is starting.");
    case "leading":
      return t("{0} models at {1}/v1", models, url);
    case "following":
      return t("{0} models at {1}/v1, through the window that leads", models, url);
    case "blocked":
      return t("The bridge waits for its port.");
    case "failed":
      return t("The bridge could not start.");
    default:
      return role satisfies never;
  }
}
