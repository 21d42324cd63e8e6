/**
 * What a person sees of the extension: the status bar and its menu, the sidebar under its policy, the walkthrough, and a client's file
 * before it is written. `npm run pictures:vscode` takes pictures of all.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";

import { stage } from "../../../scripts/extension.mjs";
import { extensionPicture } from "./support/picture.ts";
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

async function ask(client: string, content: string): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": client },
    body: JSON.stringify({ model: "scripted/parrot", messages: [{ role: "user", content }] }),
  });
  expect(response.status).toBe(200);
}

/** A choice of the list that is open. */
const choice = (text: string) =>
  window.page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();

test("the walkthrough leads from the address to an agent", async () => {
  await window.model.execute("workbench.action.openWalkthrough", "mcptb.mcp-token-bridge#first", false);
  for (const title of ["The bridge is running", "Consent and cost", "The first answer", "Open an agent"])
    await window.page
      .locator(".getting-started-step", { hasText: title })
      .first()
      .waitFor({ timeout: BOUND_MS });
  await extensionPicture(window, "walkthrough.png");
  // Else its webview is in the way of the sidebar's.
  await window.model.execute("workbench.action.closeAllEditors");
});

test("the sidebar shows who asks for what, and can be used without a mouse", async () => {
  for (const client of ["claude-cli/2.1.332", "codex_cli_rs/0.169.0", "opencode/1.18.33"])
    await ask(client, "Hello!");
  await window.model.execute("mcpTokenBridge.showRequests");
  const { webview } = window;
  for (const client of ["claude-cli", "codex_cli_rs", "opencode"])
    await webview.locator("li", { hasText: client }).first().waitFor({ timeout: BOUND_MS });
  await webview.locator("li", { hasText: "3 requests" }).first().waitFor({ timeout: BOUND_MS });
  const buttons = webview.locator("main button");
  expect(await buttons.count()).toBeGreaterThan(5);
  expect(await webview.locator("main button:not([aria-label])").count()).toBe(0);
  await extensionPicture(window, "sidebar.png", { x: 0, y: 0, width: 640, height: 800 });
});

test("what clients and models call themselves is text in the sidebar, which loads nothing from elsewhere", async () => {
  const hostile = "<i>wren</i><img-src=x>";
  window.model.offer([...MODELS, bird(hostile, { name: `${hostile} by name` })]);
  await ask("<b>codex</b><img/src=x>", "Hello!");
  const { webview } = window;
  await webview.locator("li", { hasText: "<b>codex</b><img/src=x>" }).first().waitFor({ timeout: BOUND_MS });
  await webview.locator("li", { hasText: hostile }).first().waitFor({ timeout: BOUND_MS });
  expect(await webview.locator("main b, main i, main img").count()).toBe(0);
  window.model.offer(MODELS);
  await window.model.execute("workbench.action.closeSidebar");
});

test("a click on the status bar shows what can be done", async () => {
  await window.page
    .locator(".statusbar-item", { hasText: `Bridge :${port}` })
    .first()
    .click();
  for (const text of ["Copy URL", "Open Claude Code", "Point a Program at the Bridge"])
    await choice(text).waitFor({ timeout: BOUND_MS });
  await extensionPicture(window, "menu.png");
  await window.page.keyboard.press("Escape");
});

test("a client's file is shown as it would be, and written on a yes", async () => {
  const file = path.join(vscode().folder, "home/.codex/config.toml");
  const configuring = window.model.execute("mcpTokenBridge.configureClient");
  await choice("Codex").click({ timeout: BOUND_MS });
  await choice("Write the File").waitFor({ timeout: BOUND_MS });
  await window.page
    .locator(".monaco-diff-editor .view-line", { hasText: "model_providers" })
    .first()
    .waitFor({
      timeout: BOUND_MS,
    });
  expect(existsSync(file)).toBe(false);
  await extensionPicture(window, "configure-client.png");
  await choice("Write the File").click();
  await configuring;
  expect(readFileSync(file, "utf8")).toContain(`base_url = "http://127.0.0.1:${port}/v1"`);
  expect(readFileSync(file, "utf8")).toContain("model_context_window = 100000");
});
