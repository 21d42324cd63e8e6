/** Pointing a client at the bridge for good: its file is shown as it is and as it would be, and written when the person says so. */
import { homedir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { isNothing, planned, write, type Change, type FileEdit } from "../../src/client-files/change.ts";
import { CLIENT_FILES, type ClientFile } from "../../src/client-files/clients.ts";
import { promptLimits } from "../../src/joining/prompt-limits.ts";
import type { BridgeAddress } from "../../src/joining/ask-bridge.ts";
import { targetOf, type Target } from "../../src/recipes/recipes.ts";
import { usualShell } from "../../src/recipes/shell.ts";

type ClientName = keyof typeof CLIENT_FILES;

const TITLES: Readonly<Record<ClientName, string>> = {
  "claude-code": "Claude Code",
  codex: "Codex",
  opencode: "opencode",
  litellm: "LiteLLM",
};

const SCHEME = "mcptb-change";

/** Both sides of the comparison: the file itself may change while it is looked at. */
export class ChangeTexts implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();

  register(): vscode.Disposable {
    return vscode.workspace.registerTextDocumentContentProvider(SCHEME, this);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? "";
  }

  /** Shows them side by side. `undefined` stands for no file. */
  async show({ before, after }: Change): Promise<void> {
    this.#texts.clear();
    const side = (name: string, text: string | undefined): vscode.Uri => {
      // The name tells the editor which language it is; the number, that it is another text than the last time.
      const uri = vscode.Uri.from({
        scheme: SCHEME,
        path: `/${name}/${Date.now()}/${path.basename(before.file)}`,
      });
      this.#texts.set(uri.toString(), text ?? "");
      return uri;
    };
    const title = vscode.l10n.t("{0}: what would change", path.basename(before.file));
    await vscode.commands.executeCommand(
      "vscode.diff",
      side("before", before.text),
      side("after", after),
      title,
    );
  }
}

export async function configureClient(texts: ChangeTexts, address: BridgeAddress): Promise<void> {
  const { t } = vscode.l10n;
  const client = await choose();
  if (client === undefined) return;
  const { config, file, title } = client;
  const limits = await promptLimits(address);
  const target = { ...targetOf(address.url, address.key === undefined ? [] : [address.key]), limits };
  try {
    const change = planned({ file, edit: config.edit(file, target), secret: config.secret });
    if (isNothing(change)) {
      await offerToTakeBack(texts, client, target);
      return;
    }
    if (!(await agreed(texts, change))) return;
    write([change], () => undefined);
    void vscode.window.showInformationMessage(
      `${t("{0} is pointed at the bridge.", title)} ${config.next(file, target, usualShell())}`,
    );
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

interface Client {
  readonly title: string;
  readonly config: ClientFile;
  /** The whole path of its file. */
  readonly file: string;
}

async function choose(): Promise<Client | undefined> {
  const here = { platform: process.platform, home: homedir(), env: process.env };
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const clients = (Object.keys(CLIENT_FILES) as ClientName[]).flatMap((name) => {
    const config: ClientFile = CLIENT_FILES[name];
    const place = config.place(here);
    if (!path.isAbsolute(place) && folder === undefined) return [];
    return [{ title: TITLES[name], config, file: path.resolve(folder ?? "", place) }];
  });
  const picked = await vscode.window.showQuickPick(
    clients.map((client) => ({ label: client.title, description: client.file, client })),
    { title: vscode.l10n.t("Which program is to use the bridge?") },
  );
  return picked?.client;
}

async function offerToTakeBack(
  texts: ChangeTexts,
  { config, file, title }: Client,
  target: Target,
): Promise<void> {
  const { t } = vscode.l10n;
  const takeBack = t("Take Back");
  const chosen = await vscode.window.showInformationMessage(
    t("{0} is pointed at the bridge already.", title),
    takeBack,
  );
  if (chosen !== takeBack) return;
  const edit: FileEdit = { file, edit: config.undo(file, target) };
  const change = planned(edit);
  if (isNothing(change) || !(await agreed(texts, change))) return;
  write([change], () => undefined);
}

/** The question stays while the person reads. */
async function agreed(texts: ChangeTexts, change: Change): Promise<boolean> {
  const { t } = vscode.l10n;
  await texts.show(change);
  const yes = { label: change.after === undefined ? t("Remove the File") : t("Write the File") };
  const no = { label: t("Leave It as It Is") };
  const chosen = await vscode.window.showQuickPick([yes, no], {
    title: t("Change {0} as shown?", change.before.file),
    ignoreFocusOut: true,
  });
  return chosen === yes;
}
