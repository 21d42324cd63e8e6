/** Claude Code does the task: straight at the bridge, and through the LiteLLM proxy over both of the bridge's dialects. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { claudeCodeEnv, claudeCodeThroughLiteLlmEnv, targetOf } from "../../../src/recipes/recipes.ts";
import { startClaudeCode } from "../clients/support/claude-code.ts";
import { scratchHome } from "../clients/support/environment.ts";
import { installClaudeCode, installPython } from "../clients/support/install.ts";
import { startLiteLlmProxy, type LiteLlmProxy } from "../clients/support/litellm-proxy.ts";
import { openNamespace, type Namespace } from "../clients/support/namespace.ts";
import { BRIDGE_URL, startBridge, type Bridge } from "./support/bridge.ts";
import { HOSTS, STEPS } from "./support/hosts.ts";
import { newTask } from "./support/task.ts";

const BOUND_MS = 60_000;

let program: string;
let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let proxy: LiteLlmProxy;
let bridge: Bridge | undefined;

beforeAll(async () => {
  program = await installClaudeCode();
  const litellm = await installPython("litellm");
  namespace = await openNamespace();
  home = await scratchHome();
  proxy = await startLiteLlmProxy(namespace, { bin: litellm, home: home.path });
});

afterEach(() => bridge?.stop());

afterAll(async () => {
  await proxy?.stop();
  await namespace?.close();
  await home?.remove();
});

const ROUTES = [
  { route: "straight", model: "auto", viaProxy: false },
  { route: "through LiteLLM, messages", model: "bridge", viaProxy: true },
  { route: "through LiteLLM, chat completions", model: "bridge-chat", viaProxy: true },
] as const;

describe.each(HOSTS)("Claude Code, $kind", ({ tools }) => {
  test.each(ROUTES)("$route", async ({ model, viaProxy }) => {
    const task = await newTask(home.path);
    bridge = await startBridge(namespace, { home: home.path, tools });
    const env = viaProxy
      ? { ...claudeCodeThroughLiteLlmEnv(proxy.url), ANTHROPIC_AUTH_TOKEN: proxy.key }
      : claudeCodeEnv(targetOf(BRIDGE_URL, []));
    const claude = await startClaudeCode(namespace, {
      program,
      home: home.path,
      folder: task.folder,
      env: { ...env, ANTHROPIC_MODEL: model },
      prompt: task.prompt,
      args: ["--allowedTools", "Read", "Edit", "Bash"],
    });
    expect(await claude.finished(BOUND_MS), claude.output).toBe(0);
    await task.verify(claude.stdout);
    expect(bridge.asked.map(({ results, broken }) => ({ results, broken }))).toEqual(STEPS);
  });
});
