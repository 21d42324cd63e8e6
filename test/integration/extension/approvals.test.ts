/** A window that is asked before its bridge lends anything. */
import { pino } from "pino";
import { expect, onTestFinished, vi } from "vitest";
import { askForApprovals } from "../../../extension/src/approvals.ts";
import { readSettings } from "../../../extension/src/settings.ts";
import { WindowBridge } from "../../../extension/src/window-bridge.ts";
import { freePort } from "../../../src/joining/free-port.ts";
import { ask } from "../../support/bridge/ask.ts";
import { stateDir } from "../../support/bridge/state-dir.ts";
import { editorHost, says } from "../../support/editor/editor-bridge.ts";
import { LanguageModelTextPart, useEditor } from "../../support/editor/vscode.ts";
import { verifies } from "../../support/verifies.ts";

verifies(
  "editor.approvals",
  "a button of the notification answers, and what is asked is plain text",
  async () => {
    vi.stubEnv("MCPTB_STATE_DIR", await stateDir());
    onTestFinished(() => void vi.unstubAllEnvs());
    const editor = useEditor({ id: "gpt" });
    editor.answer = says(new LanguageModelTextPart("lent"));
    const host = editorHost();
    await host.refresh();
    const port = await freePort("127.0.0.1", 0);
    const bridge = new WindowBridge({
      host,
      log: () => pino({ level: "silent" }),
      settings: () => ({ ...readSettings(), port, clientConsent: "ask" }),
      keys: () => Promise.resolve({ client: "", operator: "" }),
    });
    onTestFinished(() => bridge.stop());
    const asking = askForApprovals({ onChanged: bridge.onChanged, approvals: () => bridge.approvals });
    onTestFinished(() => asking.dispose());
    await bridge.start();
    await expect.poll(() => bridge.state.role).toBe("leading");
    const { url } = bridge.state;

    editor.press = ({ buttons }) => buttons.find((button) => button === "Deny");
    const refused = await ask(url, "openai-chat", { text: "[Free money](command:evil) \u202Enow" });
    expect(refused.status).toBe(400);
    expect(editor.sent).toHaveLength(0);
    expect(editor.told.at(-1)?.text).toBe(
      "node asks for auto of vscode: [Free money] (command:evil) \\u202enow",
    );

    editor.press = ({ buttons }) => buttons.find((button) => button === "Allow for 10 Minutes");
    for (const dialect of ["openai-chat", "anthropic-messages"] as const)
      expect((await ask(url, dialect)).status).toBe(200);
    expect(editor.told).toHaveLength(2);
  },
);
