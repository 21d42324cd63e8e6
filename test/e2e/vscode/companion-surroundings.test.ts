/** The extension where the surroundings are against it: a proxy that is not there, a folder nobody trusts. */
import { fileURLToPath } from "node:url";
import { beforeAll, beforeEach, expect, test } from "vitest";

import { stage } from "../../../scripts/extension.mjs";
import { ask, BOUND_MS } from "./companion/editor.ts";
import { openAi } from "./support/clients.ts";
import { echo } from "./support/scripted-model.ts";
import { useVsCode } from "./support/use-vscode.ts";
import type { VsCodeWindow } from "./support/window.ts";
import { becomes, freePort, isReady, makeWorkspace } from "./support/workspace.ts";

let port: number;
let url: string;
let first: VsCodeWindow;
let second: VsCodeWindow;

const vscode = useVsCode(async () => {
  port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const folder = await stage(fileURLToPath(new URL("../../../extension/out", import.meta.url)));
  const proxy = `http://127.0.0.1:${await freePort()}`;
  return {
    extensions: [folder],
    distrusts: true,
    machine: {
      "mcpTokenBridge.port": port,
      "http.proxy": proxy,
      "http.proxySupport": "override",
    },
  };
});

beforeAll(async () => {
  first = await vscode().open(makeWorkspace(vscode(), "first"));
  expect(await becomes(true, BOUND_MS, () => isReady(port))).toBe(true);
  second = await vscode().open(makeWorkspace(vscode(), "second"));
});

beforeEach(() => {
  for (const { model } of [first, second]) {
    model.behave = echo;
    model.requests.length = 0;
  }
});

async function hosts(): Promise<number> {
  const { hosts: told } = (await (await fetch(`${url}/ready`)).json()) as { hosts: readonly unknown[] };
  return told.length;
}

test("in a folder that is not trusted and behind a proxy it answers, and two windows are one address", async () => {
  await first.page
    .locator(".statusbar-item", { hasText: "Restricted Mode" })
    .first()
    .waitFor({ timeout: BOUND_MS });
  expect(await becomes(true, BOUND_MS, async () => (await hosts()) === 2)).toBe(true);
  for (const host of ["vscode", "vscode-2"]) {
    const { choices } = await openAi(url).chat.completions.create(ask(host), {
      headers: { "x-mcp-host": host },
    });
    expect(choices[0]?.message.content).toBe(`You said: ${host}`);
  }
  expect([first, second].map(({ model }) => model.requests.length)).toEqual([1, 1]);
});
