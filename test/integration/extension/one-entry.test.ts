/** A window in which the extension runs, and beside it an MCP server of its `mcp.json`. */
import { pino } from "pino";
import { expect, onTestFinished, vi } from "vitest";
import { readSettings } from "../../../extension/src/settings.ts";
import { WindowBridge } from "../../../extension/src/window-bridge.ts";
import { onceAWindow } from "../../../src/routing/once-a-window.ts";
import { WINDOW_VARIABLE, windowAround, windowOf } from "../../../src/util/editor-window.ts";
import { ask } from "../../support/bridge/ask.ts";
import { editorHost, says } from "../../support/editor/editor-bridge.ts";
import { LanguageModelTextPart, useEditor } from "../../support/editor/vscode.ts";
import { hostInfo, type HostInfoParts } from "../../support/hosts/host-info.ts";
import { answer } from "../../support/hosts/scripts.ts";
import { windows } from "../../support/processes/windows.ts";
import { verifies } from "../../support/verifies.ts";

const EDITOR = "Visual Studio Code";

async function hostsAt(url: string): Promise<unknown> {
  const reply = await fetch(`${url}/ready`).catch(() => undefined);
  const body = (await reply?.json()) as
    | { hosts: readonly { label: string; transport: string }[] }
    | undefined;
  return body?.hosts.map(({ label, transport }) => [label, transport]);
}

async function answerOf(url: string): Promise<unknown> {
  const body = (await (await ask(url, "openai-chat")).json()) as {
    choices: { message: { content: string } }[];
  };
  return body.choices[0]?.message.content;
}

verifies("editor.one-entry", "both lend to one address, which has the window once", async () => {
  const { open, ready, url, port, stateDir } = await windows();
  vi.stubEnv("MCPTB_STATE_DIR", stateDir);
  onTestFinished(() => void vi.unstubAllEnvs());
  const server = await open({ name: EDITOR, script: answer("of the server") });
  await open({ name: "another host", script: answer("of another") });
  await ready(2);

  const editor = useEditor({ id: "gpt" });
  editor.answer = says(new LanguageModelTextPart("of the extension"));
  const host = editorHost();
  await host.refresh();
  const bridge = new WindowBridge({
    host,
    log: () => pino({ level: "silent" }),
    settings: () => ({ ...readSettings(), port }),
    keys: () => Promise.resolve({ client: "", operator: "" }),
  });
  onTestFinished(() => bridge.stop());
  await bridge.start();
  await expect.poll(() => bridge.state.role, { timeout: 30_000 }).toBe("following");
  await expect
    .poll(() => hostsAt(url), { timeout: 30_000 })
    .toEqual(expect.arrayContaining([["vscode", "relay"]]));
  expect(await hostsAt(url)).toHaveLength(2);
  expect(await answerOf(url)).toBe("of the extension");
  expect(server.host.calls).toHaveLength(0);
  // A refusal by the one way is not got around by the other.
  editor.allowed.clear();
  editor.consent = () => Promise.resolve(false);
  expect((await ask(url, "openai-chat")).status).toBe(400);
  expect(server.host.calls).toHaveLength(0);

  await bridge.stop();
  await expect
    .poll(() => hostsAt(url), { timeout: 30_000 })
    .toEqual(expect.arrayContaining([["vscode", "stdio"]]));
});

verifies("editor.one-entry", "what says that it is the same, and the same only", () => {
  const place = (label: string, parts: HostInfoParts) => ({ label, info: hostInfo({ label, ...parts }) });
  const catalog = [{ id: "copilot/gpt" }];
  const extension = place("vscode-2", { name: EDITOR, window: "w", catalog });
  const shown = (...places: (typeof extension)[]): string[] =>
    onceAWindow(places).map(
      ({ label, info }) => `${label}: ${info.catalog === undefined ? "MCP" : "extension"}`,
    );
  const server = place("vscode", { name: EDITOR, window: "w" });
  expect(shown(server, extension)).toEqual(["vscode: extension"]);
  expect(shown(extension, server)).toEqual(["vscode-2: extension"]);
  // Without a model it is of no use to anyone.
  expect(
    shown(server, place("e", { name: EDITOR, window: "w", catalog: [], canSample: false })),
  ).toHaveLength(2);
  expect(shown(place("a", { name: "an agent in it", window: "w" }), extension)).toHaveLength(2);
  expect(shown(place("b", { name: EDITOR, window: "another" }), extension)).toHaveLength(2);
  expect(shown(place("c", { name: EDITOR }), extension)).toHaveLength(2);
});

verifies("editor.one-entry", "a server knows its window by the environment, else by its parent", () => {
  expect(windowAround({ [WINDOW_VARIABLE]: "w" }, 7)).toBe("w");
  expect(windowAround({}, 7)).toBe(windowOf(7));
  expect(windowOf(7)).not.toBe(windowOf(8));
});
