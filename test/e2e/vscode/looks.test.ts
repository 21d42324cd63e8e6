/**
 * What a person sees of the bridge in VS Code's own MCP client: the question for consent and the log. `MCPTB_PICTURES` names a folder
 * that takes pictures of both (`npm run pictures:vscode`).
 */
import { mkdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

import { openAi } from "./support/clients.ts";
import { useVsCode } from "./support/use-vscode.ts";
import type { VsCodeWindow } from "./support/window.ts";
import { openBridge } from "./support/workspace.ts";

const BOUND_MS = 60_000;

const vscode = useVsCode();

const ask = (content: string) => ({ model: "parrot", messages: [{ role: "user" as const, content }] });

/** Leaves room for what is looked at. */
async function tidy({ model }: VsCodeWindow): Promise<void> {
  await model.execute("workbench.action.closeAuxiliaryBar");
  await model.execute("workbench.action.closeSidebar");
}

/** What of the window a picture shows, in pixels. */
type Clip = NonNullable<Parameters<VsCodeWindow["page"]["screenshot"]>[0]["clip"]>;

async function picture({ page }: VsCodeWindow, name: string, clip: Clip): Promise<void> {
  const folder = process.env["MCPTB_PICTURES"];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, name), clip });
}

/** The lines of the output panel that are to be seen. */
async function panel({ page }: VsCodeWindow): Promise<string[]> {
  const lines = await page.locator(".part.panel .view-line").allTextContents();
  return lines.map((line) => line.replaceAll("\u00A0", " "));
}

test("the log of the server is lines that a person can read, each of its own level", async () => {
  const { window, url } = await openBridge(vscode(), "my-project", { sampling: "allowed" });
  await tidy(window);
  await openAi(url).chat.completions.create(ask("Hello!"));
  await window.model.execute("workbench.mcp.showOutput", "mcp.config.ws0.bridge");
  await expect
    .poll(() => panel(window), { timeout: BOUND_MS })
    .toContainEqual(expect.stringContaining("parrot"));
  const lines = await panel(window);
  expect(lines.filter((line) => line.includes('{"level"'))).toEqual([]);
  expect(lines.filter((line) => line.includes("[warning]"))).toEqual([]);
  await picture(window, "vscode-log.png", { x: 0, y: 440, width: 1280, height: 360 });
});

test("the question for consent names the server", async () => {
  const { window, url } = await openBridge(vscode(), "your-project");
  await tidy(window);
  const asking = openAi(url).chat.completions.create(ask("Hello!"));
  await window.waitForNotification(/bridge/);
  await window.isStill("Allow in this Session");
  await picture(window, "vscode-consent.png", { x: 480, y: 560, width: 800, height: 240 });
  await window.press("Allow in this Session");
  expect((await asking).choices[0]?.message.content).toBe("You said: Hello!");
});
