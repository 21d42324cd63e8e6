/** A host of the pool that is not the editor's, among the models of the editor itself. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

import { stage } from "../../../scripts/extension.mjs";
import { answer } from "../../support/hosts/scripts.ts";
import { spawnBridge } from "../../support/processes/spawned-bridge.ts";
import { openAi } from "./support/clients.ts";
import { useVsCode } from "./support/use-vscode.ts";
import { becomes, freePort, isReady, makeWorkspace } from "./support/workspace.ts";

const BOUND_MS = 60_000;

let port: number;

const vscode = useVsCode(async () => {
  port = await freePort();
  const folder = await stage(fileURLToPath(new URL("../../../extension/out", import.meta.url)));
  const machine = { "mcpTokenBridge.port": port, "mcpTokenBridge.lendBack": true };
  return { extensions: [folder], machine };
});

test("an extension of the editor asks it, and no client is offered the editor's models twice", async () => {
  const window = await vscode().open(makeWorkspace(vscode(), "lent"));
  expect(await becomes(true, BOUND_MS, () => isReady(port))).toBe(true);
  const stateDir = join(vscode().folder, "home/.local/state/mcp-token-bridge");
  const flags = ["--port", String(port), "--state-dir", stateDir];
  const other = spawnBridge({ name: "goose", script: answer("honk") }, flags);
  onTestFinished(() => other.kill());
  await other.host.initialize();
  await other.logged(/this one lends its host to that bridge/);

  const selector = { vendor: "mcp-token-bridge" };
  await expect
    .poll(() => window.model.models(selector), { timeout: BOUND_MS })
    .toMatchObject([{ id: "goose/auto", maxInputTokens: 128_000 }]);
  const said: unknown[] = [];
  const messages = [{ role: 1, parts: [{ text: "Say something." }] }];
  await window.model.ask({ selector, messages }, (part) => said.push(part)).ended;
  expect(said[0]).toEqual({ text: "honk" });
  expect(window.model.requests).toEqual([]);

  const { data } = await openAi(`http://127.0.0.1:${port}`).models.list();
  const ids = data.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(["goose/auto", "scripted/owl"]));
  expect(ids.filter((id) => id.includes("mcp-token-bridge"))).toEqual([]);
});
