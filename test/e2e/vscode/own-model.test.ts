/**
 * VS Code as client: its own Ollama provider, to which a person gives the bridge's address. The editor lists the bridge's models among
 * its own, without any account, and every extension can ask them.
 */
import { afterAll, beforeAll, expect, test } from "vitest";

import { attachHost, type InProcessHost } from "../../support/hosts/in-process-host.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { useVsCode } from "./support/use-vscode.ts";
import type { VsCodeWindow } from "./support/window.ts";
import { becomes, makeWorkspace } from "./support/workspace.ts";

const FIND_MS = 60_000;

let running: RunningBridge;
let host: InProcessHost["host"];
let window: VsCodeWindow;

const vscode = useVsCode(async () => {
  running = await startBridge();
  ({ host } = await attachHost(running.bridge));
  return { providers: [{ vendor: "ollama", name: "Bridge", url: running.url }] };
});

beforeAll(async () => {
  window = await vscode().open(makeWorkspace(vscode(), "own-model"));
});
afterAll(() => running?.bridge.stop());

test("the editor lists the models", async () => {
  const found = await becomes(
    true,
    FIND_MS,
    async () => (await window.model.models({ vendor: "ollama" })).length > 0,
  );
  console.log(await window.model.models({ vendor: "ollama" }), host);
  expect(found).toBe(true);
});
