/** Requests that wait for permission: a notification for each, in the window whose bridge serves the client. */
import * as vscode from "vscode";
import { BridgeError, type Approval, type Approvals } from "../../src/index.ts";
import { plainText } from "./plain-text.ts";

/** Notifications that are open at once; the others follow as these close. */
const MOST_OPEN = 3;
const MINUTES = 10;
/** Characters of what was asked: a notification shows no more. */
const SHOWN = 160;

export interface ApprovalParts {
  readonly onChanged: vscode.Event<void>;
  /** Those of the bridge that runs, if one does. */
  readonly approvals: () => Approvals | undefined;
}

export function askForApprovals({ onChanged, approvals }: ApprovalParts): vscode.Disposable {
  const { t } = vscode.l10n;
  const shown = new Set<string>();
  let open = 0;

  async function ask(from: Approvals, asked: Approval): Promise<void> {
    const allow = t("Allow");
    const allowLonger = t("Allow for {0} Minutes", MINUTES);
    const deny = t("Deny");
    const chosen = await vscode.window.showWarningMessage(textOf(asked), allow, allowLonger, deny);
    // Closed without an answer: it can still be answered elsewhere, or its time runs out.
    if (chosen === undefined) return;
    try {
      from.decide(asked.id, {
        decision: chosen === deny ? "deny" : "allow",
        remember: chosen === allowLonger ? `minutes:${MINUTES}` : "once",
      });
    } catch (error) {
      if (!(error instanceof BridgeError)) throw error;
      void vscode.window.showInformationMessage(error.message);
    }
  }

  function textOf({ key, client, model, host, last }: Approval): string {
    const who = key === null ? client : `${client} (${key})`;
    const words = last.length > SHOWN ? `…${last.slice(-SHOWN)}` : last;
    return plainText(t("{0} asks for {1} of {2}: {3}", who === "" ? "?" : who, model, host, words));
  }

  function look(): void {
    const from = approvals();
    const waiting = from?.list() ?? [];
    const ids = new Set(waiting.map(({ id }) => id));
    for (const id of shown) if (!ids.has(id)) shown.delete(id);
    for (const asked of waiting) {
      if (from === undefined || shown.has(asked.id) || open >= MOST_OPEN) continue;
      shown.add(asked.id);
      open += 1;
      void ask(from, asked).finally(() => {
        open -= 1;
        look();
      });
    }
  }

  return onChanged(look);
}
