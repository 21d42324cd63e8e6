/**
 * Real agents do the task at the bridge: they read, edit and run what VS Code's model says. Once at the MCP server that VS Code
 * started, and once at the extension, in the very terminals that it opens for them.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { stage } from "../../../scripts/extension.mjs";
import { claudeCodeEnv, targetOf } from "../../../src/recipes/recipes.ts";
import { installCodex, startCodex } from "../agents/support/codex.ts";
import { STEPS } from "../agents/support/hosts.ts";
import { installOpencode, startOpencode } from "../agents/support/opencode.ts";
import { newTask, type Task } from "../agents/support/task.ts";
import { startClaudeCode } from "../clients/support/claude-code.ts";
import { scratchHome } from "../clients/support/environment.ts";
import { installClaudeCode } from "../clients/support/install.ts";
import { ownNamespace } from "../clients/support/namespace.ts";
import type { Program } from "../clients/support/program.ts";
import { nativeConversationOf, workNatively } from "./support/native-model.ts";
import { terminalAgents, type TerminalAgents } from "./support/terminal-agents.ts";
import { useVsCode } from "./support/use-vscode.ts";
import { conversationOf, work } from "./support/working-model.ts";
import { becomes, type BridgeWindow, freePort, openBridge } from "./support/workspace.ts";

const BOUND_MS = 120_000;
const RESULTS = STEPS.map(({ results }) => results);

let bridge: BridgeWindow;
let home: Awaited<ReturnType<typeof scratchHome>>;
let task: Task;
let agents: TerminalAgents;
let port: number;

const vscode = useVsCode(async () => {
  home = await scratchHome();
  agents = await terminalAgents(home.path);
  port = await freePort();
  const extension = await stage(fileURLToPath(new URL("../../../extension/out", import.meta.url)));
  return {
    extensions: [extension],
    // What a terminal does not hand on, its agent does not get in.
    machine: { "mcpTokenBridge.port": port, "mcpTokenBridge.requireKey": true },
  };
});

beforeAll(async () => {
  // VS Code gives its terminals the PATH of a login shell.
  await writeFile(join(vscode().folder, "home/.bashrc"), `PATH='${agents.bin}':$PATH\n`);
  bridge = await openBridge(vscode(), "agents", { sampling: "allowed" });
});

beforeEach(async () => {
  bridge.window.model.requests.length = 0;
  task = await newTask(home.path);
});

afterAll(() => home?.remove());

const shared = () => ({ home: home.path, folder: task.folder, prompt: task.prompt });

async function expectTaskDoneBy(agent: Program): Promise<void> {
  bridge.window.model.behave = work;
  expect(await agent.finished(BOUND_MS), agent.output).toBe(0);
  await task.verify(agent.stdout);
  // opencode asks for a title besides, without tools.
  const steps = bridge.window.model.requests.map(conversationOf).filter(({ tools }) => tools.length > 0);
  expect(steps.map(({ results }) => results.length)).toEqual(RESULTS);
}

test("Claude Code", async () => {
  const program = await installClaudeCode();
  const env = { ...claudeCodeEnv(targetOf(bridge.url, [])), ANTHROPIC_MODEL: "auto" };
  const args = ["--allowedTools", "Read", "Edit", "Bash"];
  await expectTaskDoneBy(await startClaudeCode(ownNamespace(), { ...shared(), program, env, args }));
});

test("Codex", async () => {
  const program = await installCodex();
  const options = { ...shared(), program, url: bridge.url, model: "auto" };
  await expectTaskDoneBy(await startCodex(ownNamespace(), options));
});

test("opencode", async () => {
  const program = await installOpencode();
  const options = { ...shared(), program, url: bridge.url, provider: "@ai-sdk/openai-compatible" };
  await expectTaskDoneBy(await startOpencode(ownNamespace(), options));
});

describe("in the terminal that the extension opens", () => {
  beforeAll(async () => {
    // What more it says it says to those who have the key.
    const listens = () =>
      fetch(`http://127.0.0.1:${port}/health`).then(
        ({ ok }) => ok,
        () => false,
      );
    expect(await becomes(true, BOUND_MS, listens)).toBe(true);
  });

  test.each([
    ["Claude Code", "openClaudeCode", "claude"],
    ["Codex", "openCodex", "codex"],
    ["opencode", "openOpencode", "opencode"],
  ])("%s", async (_, command, name) => {
    const { model } = bridge.window;
    model.behave = workNatively;
    agents.give(task);
    await model.execute(`mcpTokenBridge.${command}`);
    expect(await becomes(true, BOUND_MS / 2, () => agents.outcome(name) !== undefined)).toBe(true);

    const { code, stdout, stderr } = agents.outcome(name) ?? {};
    expect(code, `${stdout}\n${stderr}`).toBe(0);
    await task.verify(stdout ?? "");
    const steps = model.requests.map(nativeConversationOf).filter(({ tools }) => tools.length > 0);
    expect(steps.map(({ results }) => results.length)).toEqual(RESULTS);
  });
});
