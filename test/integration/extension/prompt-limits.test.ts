/** The limits of the editor's models reach the files of agents. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse as parseToml } from "smol-toml";
import { beforeEach, expect, onTestFinished } from "vitest";
import { promptLimits } from "../../../src/joining/prompt-limits.ts";
import { editorBridge } from "../../support/editor/editor-bridge.ts";
import { runCli } from "../../support/processes/run-cli.ts";
import { verifies } from "../../support/verifies.ts";

const MODELS = [
  { id: "auto", maxInputTokens: 90_000 },
  { id: "claude-sonnet-4.5", maxInputTokens: 300_000 },
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "mcptb-limits-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

async function connect(url: string, client: string, ...flags: string[]): Promise<string> {
  const args = ["connect", client, "--port", new URL(url).port, ...flags];
  const env = { HOME: folder, USERPROFILE: folder, CODEX_HOME: "", CLAUDE_CONFIG_DIR: "" };
  const { code, stdout, stderr } = await runCli(args, { cwd: folder, env });
  expect(code).toBe(0);
  return stdout + stderr;
}

verifies(
  "editor.limits-written",
  "`auto` is told with the smallest window of those that may answer",
  async () => {
    const { url } = await editorBridge(MODELS);
    expect(await promptLimits({ url, key: undefined })).toEqual({ auto: 90_000, claude: 300_000 });
    expect(await promptLimits({ url: "http://127.0.0.1:1", key: undefined })).toEqual({});
  },
);

verifies("editor.limits-written", "files carry them, and lose them when they are taken back", async () => {
  const { url } = await editorBridge(MODELS);
  const file = path.join(folder, "config.toml");
  const mine = '# mine\nsandbox_mode = "read-only"\n';
  writeFileSync(file, mine);
  await connect(url, "codex", "--write", "--yes", "--file", file);
  expect(parseToml(readFileSync(file, "utf8"))).toMatchObject({
    model: "auto",
    model_context_window: 90_000,
  });
  // Another window, which the model has grown.
  writeFileSync(file, readFileSync(file, "utf8").replace("90000", "70000"));
  await connect(url, "codex", "--write", "--yes", "--file", file);
  expect(readFileSync(file, "utf8")).toContain("model_context_window = 90000\n");
  await connect(url, "codex", "--remove", "--yes", "--file", file);
  expect(readFileSync(file, "utf8")).toBe(mine);

  const settings = path.join(folder, "settings.json");
  writeFileSync(settings, '{ "theme": "dark", "env": { "ANTHROPIC_MODEL": "opus" } }\n');
  await connect(url, "claude-code", "--write", "--yes", "--file", settings);
  expect(JSON.parse(readFileSync(settings, "utf8"))).toMatchObject({
    // Which model is the person's to choose.
    env: { ANTHROPIC_MODEL: "opus", CLAUDE_CODE_AUTO_COMPACT_WINDOW: "300000" },
  });
  writeFileSync(settings, readFileSync(settings, "utf8").replace("dark", "light"));
  await connect(url, "claude-code", "--remove", "--yes", "--file", settings);
  expect(JSON.parse(readFileSync(settings, "utf8"))).toEqual({
    theme: "light",
    env: { ANTHROPIC_MODEL: "opus" },
  });
});

verifies("editor.limits-written", "what is printed carries them too", async () => {
  const { url } = await editorBridge(MODELS);
  expect(await connect(url, "gemini-cli")).toContain('"compressionThreshold": 0.06');
  expect(await connect(url, "opencode")).toContain('"context": 90000');
  expect(await connect(url, "claude-code")).toContain("ANTHROPIC_MODEL=sonnet[1m]");
});
