/** The bridge of a window: what becomes of it, and what the person is told and can do. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { readSettings, type Settings } from "../../../extension/src/settings.ts";
import { tellOfTakenPort } from "../../../extension/src/taken-port.ts";
import { tryOut } from "../../../extension/src/try-out.ts";
import { WindowBridge } from "../../../extension/src/window-bridge.ts";
import { editorBridge, editorHost, failsWith, says } from "../../support/editor/editor-bridge.ts";
import { LanguageModelError, LanguageModelTextPart, useEditor } from "../../support/editor/vscode.ts";
import { freePort } from "../../../src/joining/free-port.ts";
import { STATE_DIR } from "../../support/processes/spawned-bridge.ts";
import { verifies } from "../../support/verifies.ts";

beforeAll(() => void vi.stubEnv("MCPTB_STATE_DIR", STATE_DIR));

/** A program that is no bridge. */
async function stranger(port = 0): Promise<{ port: number; close: () => void }> {
  const server = createServer((_, response) => void response.end("hello"));
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  const close = (): void => void server.close();
  onTestFinished(close);
  return { port: (server.address() as AddressInfo).port, close };
}

async function windowAt(port: number, own: Partial<Settings> = {}) {
  const settings: Settings = { ...readSettings(), port, ...own };
  const current = { settings };
  const host = editorHost();
  const bridge = new WindowBridge({
    host,
    log: () => pino({ level: "silent" }),
    settings: () => current.settings,
    keys: () => Promise.resolve({ client: "client-key", operator: "operator-key" }),
  });
  onTestFinished(() => bridge.stop());
  const watching = tellOfTakenPort({
    bridge,
    port: () => current.settings.port,
    usePort: async (other) => {
      current.settings = { ...current.settings, port: other };
      await bridge.restart();
    },
  });
  onTestFinished(() => watching.dispose());
  await host.refresh();
  await bridge.start();
  return bridge;
}

const bound = { timeout: 30_000 };

verifies("editor.taken-port", "the person is told once, and another port is one press away", async () => {
  const editor = useEditor({ id: "gpt" });
  const { port } = await stranger();
  editor.press = ({ buttons }) => buttons.find((button) => button.startsWith("Use Port"));
  const bridge = await windowAt(port);
  await expect.poll(() => bridge.state.role, bound).toBe("leading");
  expect(bridge.state.url).not.toContain(`:${port}`);
  expect(editor.told).toHaveLength(1);
  expect(editor.told[0]?.text).toContain(`Port ${port} is used by another program.`);
  expect(editor.told[0]?.text).toContain("set mcpTokenBridge.port");
  expect(await (await fetch(`${bridge.state.url}/health`)).json()).toMatchObject({
    name: "mcp-token-bridge",
  });
});

verifies("editor.taken-port", "it retries when it is told to, says so again, and by itself", async () => {
  const editor = useEditor({ id: "gpt" });
  const { port, close } = await stranger();
  editor.press = ({ buttons }) =>
    editor.told.length === 1 ? buttons.find((button) => button === "Retry") : undefined;
  const bridge = await windowAt(port);
  await expect.poll(() => editor.told.length, bound).toBe(2);
  expect(bridge.state).toMatchObject({ role: "blocked" });
  close();
  await expect.poll(() => bridge.state.role, bound).toBe("leading");
  expect(bridge.state).toEqual({ role: "leading", url: `http://127.0.0.1:${port}` });
  expect(editor.told).toHaveLength(2);
});

verifies(
  "editor.tiers",
  "a person's own table of names comes before ours, and a wrong one is told",
  async () => {
    const editor = useEditor({ id: "big" }, { id: "small-mini" }, { id: "chosen" });
    editor.answer = says(new LanguageModelTextPart("OK"));
    const port = await freePort("127.0.0.1", 0);
    const modelFamily = { "claude-*haiku*": ["chosen"] };
    const bridge = await windowAt(port, { modelFamily, modelAlias: { mine: "big" } });
    await expect.poll(() => bridge.state.role, bound).toBe("leading");
    const answers = async (model: string): Promise<unknown> => {
      const reply = await fetch(`${bridge.state.url}/v1/chat/completions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model, messages: [{ role: "user", content: "Hello?" }] }),
      });
      return ((await reply.json()) as { model: string }).model;
    };
    expect(await answers("claude-haiku-4-5")).toBe("copilot/chosen");
    expect(await answers("mine")).toBe("copilot/big");

    const wrong = await windowAt(port, { modelAlias: { mine: [] } });
    expect(wrong.state).toMatchObject({ role: "failed" });
    expect(wrong.state.problem).toContain('{"mine":[]} is not accepted');
    expect(editor.told).toEqual([]);
    await wrong.stop();
    expect(wrong.state.role).toBe("stopped");
  },
);

test("one request shows whether all of it works, and else what to do", async () => {
  const { url, editor } = await editorBridge();
  const { signal } = new AbortController();
  editor.answer = says(new LanguageModelTextPart("OK"));
  expect(await tryOut({ url, key: undefined }, () => undefined, signal)).toMatchObject({
    isGood: true,
    text: "OK",
    model: "copilot/gpt",
  });
  editor.answer = failsWith(LanguageModelError.Blocked("slow down"));
  const failed = await tryOut({ url, key: undefined }, () => undefined, signal);
  expect(failed).toMatchObject({ isGood: false, model: "" });
  expect(failed.text).toContain("slow down");
  const ended = await tryOut(
    { url, key: undefined },
    () => undefined,
    AbortSignal.abort(new Error("Ended.")),
  );
  expect(ended).toMatchObject({ isGood: false, text: "Ended." });
});
