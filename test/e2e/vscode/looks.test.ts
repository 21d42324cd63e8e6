/**
 * What a person sees of the bridge in VS Code's own MCP client: the question for consent and the log. `MCPTB_PICTURES` names a folder
 * that takes pictures of both (`npm run pictures:vscode`).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";

import { terminalPicture, type Said, type Shot } from "../../../scripts/terminal-picture.ts";
import { openAi } from "./support/clients.ts";
import type { ModelRequest } from "./support/scripted-model.ts";
import { useVsCode } from "./support/use-vscode.ts";
import type { VsCodeWindow } from "./support/window.ts";
import { openBridge, PROGRAM } from "./support/workspace.ts";

const BOUND_MS = 60_000;
const CONSENT = "vscode-consent.png";
const CONSENT_AT = { x: 480, y: 560, width: 800, height: 240 };

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

const QUESTION = "What does a bridge do?";
const ANSWER =
  "It carries what one side has to where the other side needs it.\nHere: the model of your editor, to every tool that knows a URL.";
const KEY_MS = 45;
const WORD_MS = 90;

test("the question for consent names the server; once it is allowed, the answer comes", async () => {
  const { window, port } = await openBridge(vscode(), "your-project");
  await tidy(window);
  window.model.behave = (request) => void write(request);
  const said: Said[] = Array.from(`mcptb ask "${QUESTION}"`, (text, index) => ({
    at: 500 + index * KEY_MS,
    text,
    kind: "typed",
  }));
  const typed = 800 + said.length * KEY_MS;
  said.unshift({ at: 0, text: "$ ", kind: "typed" });
  said.push({ at: typed, text: "\n", kind: "typed" });

  const began = performance.now();
  const now = (): number => Math.round(typed + performance.now() - began);
  const asking = spawn(process.execPath, [PROGRAM, "ask", QUESTION, "--port", String(port)], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [asking.stdout, asking.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => said.push({ at: now(), text, kind: "shown" }));
  await window.waitForNotification(/bridge/);
  await window.isStill("Allow in this Session");
  const from = now();
  await picture(window, CONSENT, CONSENT_AT);
  // As long as it takes a person to read it.
  const to = Math.max(now(), from + 2500);
  await window.press("Allow in this Session");
  const pressed = now();
  const [code] = (await once(asking, "close")) as [number];
  expect(code).toBe(0);
  expect(said.map(({ text }) => text).join("")).toContain(ANSWER);

  const late = said.map((one) => (one.at >= pressed ? { ...one, at: one.at + to - pressed } : one));
  moving(late, { from, to });
});

/** As a model writes: word by word. */
async function write(request: ModelRequest): Promise<void> {
  for (const word of ANSWER.split(/(?<=\s)/)) {
    request.write(word);
    await sleep(WORD_MS);
  }
  request.end();
}

/** What a person saw, as one moving picture. */
function moving(said: readonly Said[], shown: Pick<Shot, "from" | "to">): void {
  const folder = process.env["MCPTB_PICTURES"];
  if (folder === undefined) return;
  const png = readFileSync(path.join(folder, CONSENT)).toString("base64");
  const label =
    "A question is asked in a terminal; VS Code asks whether its model may be used; it is allowed, and the answer comes.";
  const { width, height } = CONSENT_AT;
  const shot = { png, width: width / 1.6, height: height / 1.6, ...shown };
  writeFileSync(path.join(folder, "first-answer.svg"), terminalPicture(said, label, shot));
}
