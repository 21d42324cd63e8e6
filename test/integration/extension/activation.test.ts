/** The whole extension, as the editor starts and ends it. */
import type { ExtensionContext } from "vscode";
import { readFileSync } from "node:fs";
import { expect, onTestFinished, vi } from "vitest";
import { activate, deactivate } from "../../../extension/src/extension.ts";
import { freePort } from "../../../src/joining/free-port.ts";
import { says } from "../../support/editor/editor-bridge.ts";
import { LanguageModelTextPart, Uri, useEditor } from "../../support/editor/vscode.ts";
import { STATE_DIR } from "../../support/processes/spawned-bridge.ts";
import { verifies } from "../../support/verifies.ts";

verifies(
  "editor.catalog",
  "the extension serves the editor's models when it is started, and no more when it ends",
  async () => {
    vi.stubEnv("MCPTB_STATE_DIR", STATE_DIR);
    vi.stubEnv("MCPTB_WINDOW", "");
    onTestFinished(() => void vi.unstubAllEnvs());
    const editor = useEditor({ id: "gpt" });
    editor.answer = says(new LanguageModelTextPart("OK"));
    const port = await freePort("127.0.0.1", 0);
    editor.settings.set("mcpTokenBridge.port", port);
    const manifest: unknown = JSON.parse(readFileSync("extension/package.json", "utf8"));
    const secrets = new Map<string, string>();
    const context = {
      subscriptions: [] as { dispose(): void }[],
      extensionUri: Uri.from({ scheme: "file", path: "/extension" }),
      extension: { packageJSON: manifest },
      secrets: { get: (name: string) => Promise.resolve(secrets.get(name)) },
    };
    await activate(context as unknown as ExtensionContext);
    onTestFinished(() => deactivate());
    const models = async (): Promise<unknown> => {
      const reply = await fetch(`http://127.0.0.1:${port}/v1/models`).catch(() => undefined);
      const body = (await reply?.json()) as { data: { id: string }[] } | undefined;
      return body?.data.map(({ id }) => id);
    };
    await expect.poll(models, { timeout: 30_000 }).toEqual(["auto", "vscode/auto", "copilot/gpt"]);
    // All that the manifest names can be done, and nothing is hidden but the menu of the status bar.
    const { contributes } = manifest as { contributes: { commands: { command: string }[] } };
    const named = contributes.commands.map(({ command }) => command);
    expect([...editor.commands.keys()].toSorted()).toEqual([...named, "mcpTokenBridge.menu"].toSorted());

    await deactivate();
    for (const each of context.subscriptions) each.dispose();
    expect(await models()).toBeUndefined();
    expect(editor.commands.size).toBe(0);
  },
);
