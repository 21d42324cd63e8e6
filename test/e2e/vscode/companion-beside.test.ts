/** A window in which the extension runs and `mcp.json` starts a bridge as well: both lend to one address, which has the window once. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, beforeEach, expect, test } from "vitest";

import { stage } from "../../../scripts/extension.mjs";
import { openAi } from "./support/clients.ts";
import { echo } from "./support/scripted-model.ts";
import { useVsCode } from "./support/use-vscode.ts";
import type { VsCodeWindow } from "./support/window.ts";
import { becomes, bridgesOf, freePort, isReady, makeWorkspace, PROGRAM } from "./support/workspace.ts";

const BOUND_MS = 60_000;

let port: number;
let url: string;
let window: VsCodeWindow;
let workspace: string;

const vscode = useVsCode(async () => {
  port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const folder = await stage(fileURLToPath(new URL("../../../extension/out", import.meta.url)));
  return { extensions: [folder], machine: { "mcpTokenBridge.port": port } };
});

beforeAll(async () => {
  workspace = makeWorkspace(vscode(), "both");
  const key = "both/.vscode/mcp.json: bridge";
  const server = { type: "stdio", command: process.execPath, args: [PROGRAM, "--port", String(port)] };
  mkdirSync(join(workspace, ".vscode"), { recursive: true });
  writeFileSync(join(workspace, ".vscode", "mcp.json"), JSON.stringify({ servers: { bridge: server } }));
  writeFileSync(
    join(workspace, ".vscode", "settings.json"),
    JSON.stringify({ "chat.mcp.serverSampling": { [key]: { allowedOutsideChat: true } } }),
  );
  window = await vscode().open(workspace);
  expect(await becomes(true, BOUND_MS, () => isReady(port))).toBe(true);
});

beforeEach(() => {
  window.model.behave = echo;
  window.model.requests.length = 0;
});

/** By which way each host of the pool is reached, and whether it tells all its models. */
async function hosts(): Promise<readonly [string, boolean][]> {
  const reply = await fetch(`${url}/ready`).catch(() => undefined);
  const body = (await reply?.json()) as
    | { hosts: readonly { transport: string; catalog?: object }[] }
    | undefined;
  return body?.hosts.map(({ transport, catalog }) => [transport, catalog !== undefined]) ?? [];
}

async function becomesHosts(wanted: readonly [string, boolean][]): Promise<void> {
  await becomes(true, BOUND_MS, async () => JSON.stringify(await hosts()) === JSON.stringify(wanted));
  expect(await hosts()).toEqual(wanted);
}

test("the server of mcp.json answers while the extension is stopped", async () => {
  await window.model.execute("mcpTokenBridge.stop");
  expect(
    await becomes(true, BOUND_MS, async () => {
      if (bridgesOf({ vscode: vscode(), workspace }).length === 0) await window.startServers();
      return (await hosts()).length > 0;
    }),
  ).toBe(true);
  await becomesHosts([["stdio", false]]);
});

test("with both, the window is there once, and answers by the extension", async () => {
  await window.model.execute("mcpTokenBridge.start");
  await becomesHosts([["relay", true]]);
  const completion = await openAi(url).chat.completions.create({
    model: "scripted/owl",
    messages: [{ role: "user", content: "who?" }],
  });
  expect(completion.choices[0]?.message.content).toBe("You said: who?");
  expect(window.model.requests.map(({ model }) => model)).toEqual(["owl"]);
});
