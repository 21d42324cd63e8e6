/** MCP Token Bridge in the editor: everything begins and ends here. */
import * as vscode from "vscode";
import { createLog } from "../../src/index.ts";
import { WINDOW_VARIABLE, windowOf } from "../../src/util/editor-window.ts";
import { CHINESE } from "../../src/util/chinese.ts";
import { speak } from "../../src/util/say.ts";
import { askForApprovals } from "./approvals.ts";
import { nameOf } from "./catalog.ts";
import { channelWriter } from "./channel-log.ts";
import { commandsOf } from "./commands.ts";
import { ChangeTexts } from "./configure-client.ts";
import { ownKey } from "./key.ts";
import { LendBack } from "./lend-back.ts";
import { withModel } from "./lent-models.ts";
import { drain, readPool } from "./pool.ts";
import { readSettings, SECTION, writeSetting } from "./settings.ts";
import { Sidebar } from "./sidebar.ts";
import { sectionsOf, type Section, type SidebarMessage } from "./sidebar-content.ts";
import { showStatus, tooltipOf, problemOf } from "./status-bar.ts";
import { tellOfTakenPort } from "./taken-port.ts";
import { throttled } from "./throttled.ts";
import { VsCodeHost } from "./vscode-host.ts";
import { WindowBridge } from "./window-bridge.ts";

/** What runs changes with every piece of an answer; people see no faster. */
const SHOW_EVERY_MS = 150;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const { subscriptions, secrets, extensionUri } = context;
  // Servers that this window starts after us say by it whose they are.
  process.env[WINDOW_VARIABLE] = windowOf(process.pid);
  if (/^zh\b/i.test(vscode.env.language)) speak(CHINESE);
  const channel = vscode.window.createOutputChannel("MCP Token Bridge", { log: true });
  const item = vscode.window.createStatusBarItem("status", vscode.StatusBarAlignment.Right);
  const host = new VsCodeHost(readSettings);
  const bridge = new WindowBridge({
    host,
    log: (config) => createLog(config, channelWriter(channel)),
    settings: readSettings,
    keys: async () => ({ client: await ownKey(secrets), operator: await ownKey(secrets, "operatorKey") }),
  });
  ending = () => bridge.stop();

  const texts = new ChangeTexts();
  const commands = commandsOf({ context, host, bridge, channel, texts });
  const operatorAddress = async () => ({
    url: bridge.state.url,
    key: readSettings().requireKey ? await ownKey(secrets, "operatorKey") : undefined,
  });

  const lendBack = new LendBack({
    isWanted: () => readSettings().lendBack,
    own: { name: vscode.env.appName, window: windowOf(process.pid) },
    address: async () => {
      const { url, role } = bridge.state;
      if (role !== "leading" && role !== "following") return undefined;
      return { url, key: readSettings().requireKey ? await ownKey(secrets) : undefined };
    },
  });

  async function content(): Promise<readonly Section[]> {
    const { state } = bridge;
    const { defaultModel } = readSettings();
    const lent = host.catalog;
    const isLent = new Set(lent.map(({ id }) => id));
    const known = {
      url: state.url,
      isRunning: state.role === "leading" || state.role === "following",
      standing: tooltipOf(state, lent.length),
      problem: state.problem ?? problemOf(state, host),
      isDenied: host.isDenied,
      turns: host.turns.list,
      lent,
      hidden: host.models.map(nameOf).filter((id) => !isLent.has(id)),
      defaultModel,
      asked: (model: string) => host.turns.askedOf(model),
      hosts: state.role === "stopped" ? [] : await readPool(await operatorAddress()),
    };
    return sectionsOf(known, (sentence, ...values) => vscode.l10n.t(sentence, ...values));
  }

  async function act(message: SidebarMessage): Promise<void> {
    switch (message.type) {
      case "ready":
        return;
      case "command":
        await vscode.commands.executeCommand(`${SECTION}.${message.name}`);
        return;
      case "cancel":
        host.turns.cancel(message.id);
        return;
      case "default":
        await writeSetting("defaultModel", message.model);
        return;
      case "lend":
        await writeSetting("models", withModel(message.model, message.lend, readSettings().models));
        return;
      case "drain":
        await drain(await operatorAddress(), message.host, message.drain);
        return;
      default:
        message satisfies never;
    }
  }

  const sidebar = new Sidebar({ media: vscode.Uri.joinPath(extensionUri, "media"), content, act });
  const shown = throttled(SHOW_EVERY_MS, () => {
    showStatus(item, bridge.state, host, `${SECTION}.menu`);
    sidebar.update();
  });
  subscriptions.push(
    channel,
    item,
    shown,
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(`${SECTION}.${name}`, run),
    ),
    texts.register(),
    lendBack,
    vscode.window.registerWebviewViewProvider(`${SECTION}.requests`, sidebar),
    host.onChanged(shown.call),
    bridge.onChanged(shown.call),
    askForApprovals({ onChanged: bridge.onChanged, approvals: () => bridge.approvals }),
    tellOfTakenPort({
      bridge,
      port: () => readSettings().port,
      usePort: (port) => writeSetting("port", port),
    }),
    vscode.lm.onDidChangeChatModels(() => void host.refresh()),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (!event.affectsConfiguration(SECTION)) return;
      shown.call();
      lendBack.update();
      const restarts = [
        "port",
        "modelAlias",
        "modelFamily",
        "strictModels",
        "requireKey",
        "clientConsent",
        "logLevel",
      ];
      if (restarts.some((name) => event.affectsConfiguration(`${SECTION}.${name}`))) void bridge.restart();
    }),
  );
  shown.call();
  lendBack.update();
  if (readSettings().autoStart) await bridge.start();
  // Not waited for: it asks all providers, of which one is of this very extension, and the editor has that one wait for this to end.
  host.refresh().catch((error: unknown) => channel.error(error instanceof Error ? error : String(error)));
}

let ending: (() => Promise<void>) | undefined;

/** The editor waits for it before the window closes. */
export async function deactivate(): Promise<void> {
  await ending?.();
}
