/** The packed extension in a fresh VS Code whose models ask for consent, as Copilot's do. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mkdtempSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, beforeAll, expect, test } from "vitest";

import { pack, stage } from "../../../scripts/extension.mjs";
import { openAi } from "./support/clients.ts";
import { extensionPicture } from "./support/picture.ts";
import { echo } from "./support/scripted-model.ts";
import { useVsCode } from "./support/use-vscode.ts";
import type { VsCodeWindow } from "./support/window.ts";
import { becomes, freePort, isReady, makeWorkspace } from "./support/workspace.ts";

const START_MS = 60_000;

let port: number;
let url: string;
let window: VsCodeWindow;

const vscode = useVsCode(async () => {
  port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const folder = mkdtempSync(join(tmpdir(), "mcptb-packed-"));
  const packed = join(folder, "extension.vsix");
  pack(await stage(join(folder, "stage")), packed);
  const second = fileURLToPath(new URL("second-extension", import.meta.url));
  return {
    packed: [packed],
    extensions: [second],
    asksConsent: true,
    machine: { "mcpTokenBridge.port": port },
  };
});

beforeAll(async () => {
  window = await vscode().open(makeWorkspace(vscode(), "consent"));
  expect(await becomes(true, START_MS, () => isReady(port))).toBe(true);
});

afterEach(() => {
  window.model.requests.length = 0;
});

const ask = (content: string, model = "scripted/parrot") =>
  openAi(url).chat.completions.create({ model, messages: [{ role: "user", content }] });

test("one dialog for ten requests; a refusal ends all, and no other dialog comes", async () => {
  const waiting = Promise.allSettled(Array.from({ length: 10 }, (_, index) => ask(`question ${index}`)));
  await window.page.locator(".monaco-dialog-box .monaco-button").first().waitFor({ timeout: START_MS });
  await extensionPicture(window, "consent.png");
  await window.answerDialog("Cancel");
  for (const outcome of await waiting)
    expect(outcome).toMatchObject({ status: "rejected", reason: { status: 400, code: "consent_denied" } });
  await expect(ask("another question")).rejects.toMatchObject({ code: "consent_denied" });
  expect(await window.dialogButtons()).toEqual([]);
  expect(window.model.requests).toEqual([]);
});

test("the person allows it, which spends nothing, and the same question is answered", async () => {
  const { model } = window;
  // An answer would come before the cancellation.
  model.behave = () => {};
  const allowing = model.execute("mcpTokenBridge.allow");
  await window.answerDialog("Allow", "Scripted");
  // The models of another maker are another question.
  await window.answerDialog("Cancel", "Second");
  await allowing;
  // Some providers hear of it: without a message, and cancelled.
  for (const request of model.requests) {
    expect(request.messages).toEqual([]);
    await model.until("the cancellation", () => request.cancelledAt !== undefined);
  }
  model.behave = echo;
  expect((await ask("question 1")).choices[0]?.message.content).toBe("You said: question 1");
});

test("a second provider that was refused keeps nobody from the first, and is allowed by itself", async () => {
  const { model } = window;
  await expect(ask("anyone?", "second/finch")).rejects.toMatchObject({ code: "consent_denied" });
  expect(await window.dialogButtons()).toEqual([]);
  model.behave = echo;
  expect((await ask("question 2")).choices[0]?.message.content).toBe("You said: question 2");

  const allowing = model.execute("mcpTokenBridge.allow");
  await window.answerDialog("Allow", "Second");
  await allowing;
  expect((await ask("anyone now?", "second/finch")).choices[0]?.message.content).toBe("Chirp.");
});
