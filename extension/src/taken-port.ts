/** A port that the bridge cannot have: the person is told once, with what can be done about it. */
import * as vscode from "vscode";
import { freePort } from "../../src/joining/free-port.ts";
import type { WindowBridge } from "./window-bridge.ts";

/** Ports that are tried, from the one after the taken one on. */
const TRIED = 50;
const LAST_PORT = 65_535;
const LOOPBACK = "127.0.0.1";

export interface TakenPortParts {
  readonly bridge: Pick<WindowBridge, "onChanged" | "state" | "restart">;
  /** As it is set. */
  readonly port: () => number;
  /** Sets it, for all windows. */
  readonly usePort: (port: number) => Promise<void>;
}

export function tellOfTakenPort({ bridge, port, usePort }: TakenPortParts): vscode.Disposable {
  const { t } = vscode.l10n;
  let isTold = false;

  async function tell(problem: string): Promise<void> {
    const retry = t("Retry");
    const free = await freeAfter(port());
    const use = free === undefined ? [] : [t("Use Port {0}", free)];
    const showLog = t("Show Log");
    const chosen = await vscode.window.showWarningMessage(problem, ...use, retry, showLog);
    if (chosen === retry) await bridge.restart();
    else if (chosen === showLog) await vscode.commands.executeCommand("mcpTokenBridge.showLog");
    else if (chosen !== undefined && free !== undefined) await usePort(free);
  }

  return bridge.onChanged(() => {
    const { role, problem, needsPort } = bridge.state;
    // It waits, and tries again by itself: only what follows a standstill is news.
    if (role === "starting") return;
    if (role !== "blocked" && role !== "failed") isTold = false;
    else if (!isTold && problem !== undefined && needsPort) {
      isTold = true;
      void tell(problem);
    }
  });
}

/** The next port that can be opened; `undefined` where none of the next ones can. */
async function freeAfter(port: number): Promise<number | undefined> {
  for (let next = port + 1; next <= Math.min(port + TRIED, LAST_PORT); next += 1) {
    const free = await freePort(LOOPBACK, next).catch(() => undefined);
    if (free !== undefined) return free;
  }
  return undefined;
}
