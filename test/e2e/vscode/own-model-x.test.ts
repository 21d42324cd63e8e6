import { cpSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { attachHost, type InProcessHost } from "../../support/hosts/in-process-host.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { useVsCode } from "./support/use-vscode.ts";
import type { VsCodeWindow } from "./support/window.ts";
import { becomes, makeWorkspace } from "./support/workspace.ts";

let running: RunningBridge;
let window: VsCodeWindow;
const vscode = useVsCode(async () => {
  running = await startBridge();
  await attachHost(running.bridge);
  return { providers: [{ vendor: "ollama", name: "Bridge", url: running.url }] };
});
beforeAll(async () => {
  window = await vscode().open(makeWorkspace(vscode(), "own-model"));
});
afterAll(async () => {
  cpSync(`${vscode().folder}/data`, "/tmp/doors-vsdata", { recursive: true });
  await running?.bridge.stop();
});
test("x", { retry: 0 }, async () => {
  const found = await becomes(
    true,
    15_000,
    async () => (await window.model.models({ vendor: "ollama" })).length > 0,
  );
  console.log(found, await window.model.models({} as never));
  try {
    await window.model.execute("lm.addLanguageModelsProviderGroup", {
      vendor: "ollama",
      name: "Bridge2",
      url: running.url,
    });
  } catch (error) {
    console.log(error);
  }
  const found2 = await becomes(
    true,
    15_000,
    async () => (await window.model.models({ vendor: "ollama" })).length > 0,
  );
  console.log(found2, await window.model.models({ vendor: "ollama" }));
  try {
    await window.model.execute("lm.migrateLanguageModelsProviderGroup", {
      vendor: "ollama",
      name: "Bridge3",
      url: running.url,
    });
  } catch (error) {
    console.log(error);
  }
  const found3 = await becomes(
    true,
    15_000,
    async () => (await window.model.models({ vendor: "ollama" })).length > 0,
  );
  console.log(found3, await window.model.models({ vendor: "ollama" }));
});
