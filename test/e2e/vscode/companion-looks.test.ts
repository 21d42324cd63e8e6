/**
 * What a person sees of the extension: the sidebar, under its policy, and the walkthrough. `MCPTB_PICTURES` names a folder that takes
 * pictures of both (`npm run pictures:vscode`).
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";

import { stage } from "../../../scripts/extension.mjs";
import { bird, MODELS } from "./support/scripted-model.ts";
import { useVsCode } from "./support/use-vscode.ts";
import type { VsCodeWindow } from "./support/window.ts";
import { becomes, freePort, isReady, makeWorkspace } from "./support/workspace.ts";

const BOUND_MS = 60_000;

let port: number;
let window: VsCodeWindow;

const vscode = useVsCode(async () => {
  port = await freePort();
  const folder = await stage(fileURLToPath(new URL("../../../extension/out", import.meta.url)));
  return { extensions: [folder], machine: { "mcpTokenBridge.port": port } };
});

beforeAll(async () => {
  window = await vscode().open(makeWorkspace(vscode(), "my-project"));
  expect(await becomes(true, BOUND_MS, () => isReady(port))).toBe(true);
  await window.model.execute("workbench.action.closeAuxiliaryBar");
});

async function picture(name: string): Promise<void> {
  const folder = process.env["MCPTB_PICTURES"];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await window.page.screenshot({ path: path.join(folder, name) });
}

async function ask(client: string, content: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": client },
    body: JSON.stringify({ model: "scripted/parrot", messages: [{ role: "user", content }] }),
  });
  expect(response.status).toBe(200);
}

test("the walkthrough leads from the address to an agent", async () => {
  await window.model.execute("workbench.action.openWalkthrough", "mcptb.mcp-token-bridge#first", false);
  for (const title of ["The bridge is running", "Consent and cost", "The first answer", "Open an agent"])
    await window.page
      .locator(".getting-started-step", { hasText: title })
      .first()
      .waitFor({ timeout: BOUND_MS });
  await picture("vscode-walkthrough.png");
});

test("what clients and models call themselves is text in the sidebar, which loads nothing from elsewhere", async () => {
  const hostile = "<i>wren</i><img-src=x>";
  window.model.offer([...MODELS, bird(hostile, { name: `${hostile} by name` })]);
  await ask("claude-cli/2.0", "Hello!");
  await ask("<b>codex</b><img/src=x>", "Hello!");
  // The walkthrough has a webview of its own.
  await window.model.execute("workbench.action.closeAllEditors");
  await window.model.execute("mcpTokenBridge.showRequests");
  const { webview } = window;
  await webview.locator("li", { hasText: "<b>codex</b><img/src=x>" }).first().waitFor({ timeout: BOUND_MS });
  await webview.locator("li", { hasText: hostile }).first().waitFor({ timeout: BOUND_MS });
  expect(await webview.locator("main b, main i, main img").count()).toBe(0);
  window.model.offer(MODELS);
  // All that is pressed can be reached and heard without a mouse.
  const buttons = webview.locator("main button");
  expect(await buttons.count()).toBeGreaterThan(5);
  expect(await webview.locator("main button:not([aria-label])").count()).toBe(0);
  await picture("vscode-sidebar.png");
});
