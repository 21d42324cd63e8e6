/** What a person can have done from the Command Palette, by the names in the manifest. */
import * as vscode from "vscode";
import { VERSION } from "../../src/index.ts";
import { promptLimits } from "../../src/joining/prompt-limits.ts";
import { configureClient, type ChangeTexts } from "./configure-client.ts";
import { diagnosis } from "./diagnosis.ts";
import { newKey, ownKey } from "./key.ts";
import { readPool } from "./pool.ts";
import { readSettings, SECTION } from "./settings.ts";
import { AGENTS, openAgent } from "./terminals.ts";
import { tryOut } from "./try-out.ts";
import type { VsCodeHost } from "./vscode-host.ts";
import type { WindowBridge } from "./window-bridge.ts";

export interface CommandParts {
  readonly context: vscode.ExtensionContext;
  readonly host: VsCodeHost;
  readonly bridge: WindowBridge;
  readonly channel: vscode.LogOutputChannel;
  readonly texts: ChangeTexts;
}

export type Commands = Readonly<Record<string, () => unknown>>;

export function commandsOf({ context, host, bridge, channel, texts }: CommandParts): Commands {
  const { secrets, extension } = context;
  const { t } = vscode.l10n;

  /** The key that clients need, if they need one. */
  const keyInUse = async (): Promise<string | undefined> =>
    readSettings().requireKey ? ownKey(secrets) : undefined;

  /** The address at which clients find the bridge, which is started if need be. */
  async function running(): Promise<string> {
    await bridge.start();
    return bridge.state.url;
  }

  async function test(): Promise<void> {
    const url = await running();
    const key = await keyInUse();
    const title = t("Asking the model through {0}", url);
    const { isGood, text, model, ms } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        const ending = new AbortController();
        token.onCancellationRequested(() => ending.abort(new Error(t("Cancelled."))));
        return tryOut({ url, key }, (message) => progress.report({ message }), ending.signal);
      },
    );
    if (isGood) {
      void vscode.window.showInformationMessage(t('{0} answered "{1}" in {2} ms.', model, text, ms));
      return;
    }
    const showLog = t("Show Log");
    const chosen = await vscode.window.showErrorMessage(t("No answer: {0}", text), showLog);
    if (chosen === showLog) channel.show();
  }

  async function diagnose(): Promise<void> {
    await host.refresh();
    const { url } = bridge.state;
    const key = readSettings().requireKey ? await ownKey(secrets, "operatorKey") : undefined;
    const content = diagnosis({
      versions: {
        extension: VERSION,
        editor: `${vscode.env.appName} ${vscode.version}`,
        node: process.version,
      },
      state: bridge.state,
      settings: readSettings(),
      host: host.describe(),
      hosts: url === "" ? undefined : await readPool({ url, key }),
      turns: host.turns.list,
      surroundings: {
        platform: `${process.platform} ${process.arch}`,
        remote: vscode.env.remoteName ?? "none",
        "workspace trusted": vscode.workspace.isTrusted,
        "proxy set": vscode.workspace.getConfiguration("http").get("proxy", "") !== "",
      },
    });
    await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument({ content, language: "markdown" }),
    );
  }

  /** What can be done, as the manifest names it. */
  async function menu(): Promise<void> {
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

  const agents = (Object.keys(AGENTS) as (keyof typeof AGENTS)[]).map((name) => [
    name,
    async () => {
      const address = { url: await running(), key: await keyInUse() };
      openAgent(name, { ...address, limits: await promptLimits(address) });
    },
  ]);
  return {
    start: () => bridge.start(),
    stop: () => bridge.stop(),
    copyUrl: () => vscode.env.clipboard.writeText(`${bridge.state.url}/v1`),
    copyKey: async () => vscode.env.clipboard.writeText(await ownKey(secrets)),
    newKey: async () => {
      await newKey(secrets);
      await bridge.restart();
    },
    allow: async () => {
      if (await host.allow()) return;
      void vscode.window.showWarningMessage(t("Access to the models was refused."));
    },
    ...(Object.fromEntries(agents) as Commands),
    configureClient: async () => configureClient(texts, { url: await running(), key: await keyInUse() }),
    test,
    showRequests: () => vscode.commands.executeCommand(`${SECTION}.requests.focus`),
    diagnose,
    showLog: () => channel.show(),
    menu,
  };
}
