/** Real agents do the task at the bridge that VS Code started: they read, edit and run what VS Code's model says. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

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
import { useVsCode } from "./support/use-vscode.ts";
import { conversationOf, work } from "./support/working-model.ts";
import { type BridgeWindow, openBridge } from "./support/workspace.ts";

const BOUND_MS = 120_000;
const RESULTS = STEPS.map(({ results }) => results);

const vscode = useVsCode();
let bridge: BridgeWindow;
let home: Awaited<ReturnType<typeof scratchHome>>;
let task: Task;

beforeAll(async () => {
  home = await scratchHome();
  bridge = await openBridge(vscode(), "agents", { sampling: "allowed" });
  bridge.window.model.behave = work;
});

beforeEach(async () => {
  bridge.window.model.requests.length = 0;
  task = await newTask(home.path);
});

afterAll(() => home?.remove());

const shared = () => ({ home: home.path, folder: task.folder, prompt: task.prompt });

async function expectTaskDoneBy(agent: Program): Promise<void> {
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
