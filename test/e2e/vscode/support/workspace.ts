import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import type { VsCode } from "./vscode.ts";
import type { VsCodeWindow } from "./window.ts";

/** The program under test, as a user's mcp.json names it. */
export const PROGRAM = fileURLToPath(new URL("../../../../dist/main.js", import.meta.url));

const SERVER = "bridge";
const START_MS = 120_000;

export interface BridgeOptions {
  /** Flags of the bridge besides host and port. */
  readonly args?: readonly string[];
  /** What the person decided about sampling earlier; left out, VS Code will ask. */
  readonly sampling?: "allowed" | "denied";
  readonly port?: number;
}

/** A window whose workspace starts the bridge. */
export interface BridgeWindow {
  readonly vscode: VsCode;
  readonly window: VsCodeWindow;
  readonly workspace: string;
  readonly port: number;
  readonly url: string;
}

/** Makes a workspace with the bridge in its mcp.json, opens it and starts the bridge from there. */
export async function openBridge(
  vscode: VsCode,
  name: string,
  { args = [], sampling, port: wanted }: BridgeOptions = {},
): Promise<BridgeWindow> {
  const port = wanted ?? (await freePort());
  const workspace = makeWorkspace(vscode, name);
  const server = {
    type: "stdio",
    command: process.execPath,
    args: [PROGRAM, "--host", "127.0.0.1", "--port", String(port), ...args],
  };
  write(workspace, "mcp.json", { servers: { [SERVER]: server } });
  if (sampling !== undefined) {
    const allowed = sampling === "allowed";
    const key = `${basename(workspace)}/.vscode/mcp.json: ${SERVER}`;
    write(workspace, "settings.json", {
      "chat.mcp.serverSampling": { [key]: { allowedDuringChat: allowed, allowedOutsideChat: allowed } },
    });
  }
  const window = await vscode.open(workspace);
  const before = await hostsAt(port);
  const bridge = { vscode, window, workspace, port, url: `http://127.0.0.1:${port}` };
  await startBridge(bridge, before);
  return bridge;
}

export function makeWorkspace(vscode: VsCode, name: string): string {
  const workspace = join(vscode.folder, name);
  mkdirSync(join(workspace, ".vscode"), { recursive: true });
  return workspace;
}

function write(workspace: string, file: string, value: object): void {
  writeFileSync(join(workspace, ".vscode", file), JSON.stringify(value, null, 2));
}

/** The processes that run the bridge for a workspace; VS Code starts them in its folder. */
export function bridgesOf({ vscode, workspace }: Pick<BridgeWindow, "vscode" | "workspace">): number[] {
  return vscode
    .processes()
    .filter(({ args, cwd }) => cwd === workspace && args.includes(PROGRAM))
    .map(({ pid }) => pid);
}

/**
 * Starts the servers of a window's workspace and waits until the bridge runs and lends VS Code at its port.
 *
 * @param before how many hosts other windows lend there.
 * @throws Error with what VS Code shows when it does not.
 */
export async function startBridge(bridge: BridgeWindow, before = 0): Promise<void> {
  const { window, port } = bridge;
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    // While VS Code has not read mcp.json the command starts nothing, or what is stopped again, hence more than once.
    await window.startServers();
    const lends = async (): Promise<boolean> =>
      bridgesOf(bridge).length > 0 && (await hostsAt(port)) > before;
    if (await becomes(true, 5_000, lends)) return;
  }
  const shown = (await window.notifications()).join(" | ");
  throw new Error(
    `The bridge of mcp.json was not ready on port ${port}. VS Code shows: ${shown || "nothing"}`,
  );
}

/** Whether a bridge on this port has a host that can answer. */
export async function isReady(port: number): Promise<boolean> {
  return (await hostsAt(port)) > 0;
}

/** How many hosts that can answer the bridge on this port has. */
async function hostsAt(port: number): Promise<number> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/ready`);
    const { hosts } = (await response.json()) as { hosts: readonly { canSample: boolean }[] };
    return hosts.filter(({ canSample }) => canSample).length;
  } catch {
    return 0;
  }
}

/** Asks again and again, for things that announce themselves to nobody; false when it took longer than `timeoutMs`. */
export async function becomes(
  wanted: boolean,
  timeoutMs: number,
  ask: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const end = Date.now() + timeoutMs;
  while ((await ask()) !== wanted) {
    if (Date.now() > end) return false;
    await delay(25);
  }
  return true;
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
