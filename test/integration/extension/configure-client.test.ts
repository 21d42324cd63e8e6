/** Pointing a client at the bridge from the editor, with real files. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeEach, expect, onTestFinished, vi } from "vitest";
import { ChangeTexts, configureClient } from "../../../extension/src/configure-client.ts";
import { editorBridge } from "../../support/editor/editor-bridge.ts";
import { editor, textAt } from "../../support/editor/vscode.ts";
import { verifies } from "../../support/verifies.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), "mcptb-configure-"));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(home, { recursive: true, force: true });
  });
  vi.stubEnv("CODEX_HOME", home);
  vi.stubEnv("CLAUDE_CONFIG_DIR", home);
});

/** A person who takes these one after the other. */
function picks(...labels: readonly string[]): void {
  const left = [...labels];
  editor.pick = (choices) => {
    const label = left.shift();
    return choices.find((choice) => choice.label === label);
  };
}

async function begin(): Promise<{ url: string; texts: ChangeTexts }> {
  const { url } = await editorBridge([{ id: "auto", maxInputTokens: 90_000 }]);
  const texts = new ChangeTexts();
  texts.register();
  return { url, texts };
}

/** Both sides of the comparison that was shown last. */
function shown(): readonly [string, string] {
  const [before, after] = editor.ran.findLast(({ command }) => command === "vscode.diff")?.args ?? [];
  return [textAt(before), textAt(after)];
}

verifies("editor.client-files", "the change is shown, and written on a yes alone", async () => {
  const { url, texts } = await begin();
  const file = path.join(home, "config.toml");
  const mine = 'sandbox_mode = "read-only"\n';
  writeFileSync(file, mine);
  for (const answer of ["Leave It as It Is", undefined]) {
    picks("Codex", ...(answer === undefined ? [] : [answer]));
    await configureClient(texts, { url, key: "s3cret" });
    expect(shown()[0]).toBe(mine);
    expect(shown()[1]).toContain(`base_url = "${url}/v1"`);
    expect(readFileSync(file, "utf8")).toBe(mine);
  }
  picks("Codex", "Write the File");
  await configureClient(texts, { url, key: "s3cret" });
  expect(readFileSync(file, "utf8")).toBe(shown()[1]);
  expect(readFileSync(file, "utf8")).toContain("model_context_window = 90000");
  expect(editor.told.at(-1)?.text).toContain("Codex is pointed at the bridge.");
  expect([...shown(), ...editor.told.map(({ text }) => text)].join()).not.toContain("s3cret");
});

verifies("editor.client-files", "what is there already can be taken back", async () => {
  const { url, texts } = await begin();
  const file = path.join(home, "settings.json");
  picks("Claude Code", "Write the File");
  await configureClient(texts, { url, key: undefined });
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ env: { ANTHROPIC_BASE_URL: url } });

  editor.press = ({ buttons }) => buttons.find((button) => button === "Take Back");
  picks("Claude Code", "Remove the File");
  await configureClient(texts, { url, key: undefined });
  expect(existsSync(file)).toBe(false);
});

verifies(
  "editor.client-files",
  "a file that cannot be changed safely is left alone, and said so",
  async () => {
    const { url, texts } = await begin();
    writeFileSync(path.join(home, "settings.json"), "{ broken");
    picks("Claude Code", "Write the File");
    await configureClient(texts, { url, key: undefined });
    expect(readFileSync(path.join(home, "settings.json"), "utf8")).toBe("{ broken");
    expect(editor.told.at(-1)?.text).toContain("settings.json");
    expect(editor.ran).toEqual([]);
  },
);

verifies("editor.client-files", "a file of the project is offered where a folder is open", async () => {
  const { url, texts } = await begin();
  const offered = async (): Promise<readonly string[]> => {
    let labels: readonly string[] = [];
    editor.pick = (choices) => void (labels = choices.map(({ label }) => label));
    await configureClient(texts, { url, key: undefined });
    return labels;
  };
  expect(await offered()).toEqual(["Claude Code", "Codex", "opencode"]);
  editor.folder = home;
  expect(await offered()).toContain("LiteLLM");
  picks("LiteLLM", "Write the File");
  await configureClient(texts, { url, key: undefined });
  expect(readFileSync(path.join(home, "litellm.yaml"), "utf8")).toContain(url);
});
