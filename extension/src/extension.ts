/** MCP Token Bridge in the editor: everything begins and ends here. */
import * as vscode from "vscode";
import { createLog } from "../../src/index.ts";
import { channelWriter } from "./channel-log.ts";
import { newKey, ownKey } from "./key.ts";
import { readSettings, SECTION } from "./settings.ts";
import { showStatus } from "./status-bar.ts";
import { openClaudeCode, openCodex } from "./terminals.ts";
import { VsCodeHost } from "./vscode-host.ts";
import { WindowBridge } from "./window-bridge.ts";

const MENU = `${SECTION}.menu`;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const { subscriptions, secrets } = context;
  const channel = vscode.window.createOutputChannel("MCP Token Bridge", { log: true });
  const item = vscode.window.createStatusBarItem("status", vscode.StatusBarAlignment.Right);
  const host = new VsCodeHost(() => readSettings().defaultModel);
  const bridge = new WindowBridge({
    host,
    log: (config) => createLog(config, channelWriter(channel)),
    settings: readSettings,
    key: () => ownKey(secrets),
  });
  ending = () => bridge.stop();

  const show = (): void => showStatus(item, bridge.state, host, MENU);
  const keyInUse = async (): Promise<string | undefined> =>
    readSettings().requireKey ? ownKey(secrets) : undefined;
  const restart = async (): Promise<void> => {
    if (bridge.state.role !== "stopped") await bridge.restart();
  };
  const commands: Readonly<Record<string, () => unknown>> = {
    start: () => bridge.start(),
    stop: () => bridge.stop(),
    copyUrl: () => vscode.env.clipboard.writeText(`${bridge.state.url}/v1`),
    copyKey: async () => vscode.env.clipboard.writeText(await ownKey(secrets)),
    newKey: async () => {
      await newKey(secrets);
      await restart();
    },
    allow: async () => {
      if (await host.allow()) return;
      void vscode.window.showWarningMessage(vscode.l10n.t("Access to the models was refused."));
    },
    openClaudeCode: async () => openClaudeCode(await running(bridge), await keyInUse()),
    openCodex: async () => openCodex(await running(bridge), await keyInUse()),
    showLog: () => channel.show(),
    menu: () => showMenu(context),
  };
  subscriptions.push(
    channel,
    item,
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(`${SECTION}.${name}`, run),
    ),
    host.onChanged(show),
    bridge.onChanged(show),
    vscode.lm.onDidChangeChatModels(() => void host.refresh()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      const changed = ["port", "strictModels", "requireKey"].some((name) =>
        event.affectsConfiguration(`${SECTION}.${name}`),
      );
      if (changed) void restart();
    }),
  );
  show();
  if (readSettings().autoStart) await bridge.start();
  await host.refresh();
}

let ending: (() => Promise<void>) | undefined;

/** The editor waits for it before the window closes. */
export async function deactivate(): Promise<void> {
  await ending?.();
}

/** The address at which clients find the bridge, which is started if need be. */
async function running(bridge: WindowBridge): Promise<string> {
  await bridge.start();
  return bridge.state.url;
}

/** What can be done, as the manifest names it. */
async function showMenu({ extension }: vscode.ExtensionContext): Promise<void> {
  const { contributes } = extension.packageJSON as {
    contributes: { commands: readonly { command: string; title: string; icon: string }[] };
  };
  const actions = contributes.commands.map(({ command, title, icon }) => ({
    label: `${icon} ${title}`,
    command,
  }));
  const chosen = await vscode.window.showQuickPick(actions, { title: "MCP Token Bridge" });
  if (chosen !== undefined) await vscode.commands.executeCommand(chosen.command);
}
