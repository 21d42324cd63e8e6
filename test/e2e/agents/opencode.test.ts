/** opencode does the task over each of the three APIs. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { scratchHome } from "../clients/support/environment.ts";
import { openNamespace, type Namespace } from "../clients/support/namespace.ts";
import { BRIDGE_URL, startBridge, type Bridge } from "./support/bridge.ts";
import { HOSTS, STEPS } from "./support/hosts.ts";
import { installOpencode, startOpencode } from "./support/opencode.ts";
import { newTask } from "./support/task.ts";

const BOUND_MS = 90_000;

let program: string;
let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let bridge: Bridge | undefined;

beforeAll(async () => {
  program = await installOpencode();
  namespace = await openNamespace();
  home = await scratchHome();
});

afterEach(() => bridge?.stop());

afterAll(async () => {
  await namespace?.close();
  await home?.remove();
});

describe.each(HOSTS)("opencode, $kind", ({ tools }) => {
  test.each(["@ai-sdk/openai-compatible", "@ai-sdk/anthropic", "@ai-sdk/openai"])("%s", async (provider) => {
    const task = await newTask(home.path);
    bridge = await startBridge(namespace, { home: home.path, tools });
    const opencode = await startOpencode(namespace, {
      program,
      home: home.path,
      folder: task.folder,
      url: BRIDGE_URL,
      provider,
      prompt: task.prompt,
    });
    expect(await opencode.finished(BOUND_MS), opencode.output).toBe(0);
    await task.verify(opencode.stdout);
    // It asks for a title besides, without tools.
    const steps = bridge.asked.filter((asked) => asked.tools.length > 0);
    expect(steps.map(({ results, broken }) => ({ results, broken }))).toEqual(STEPS);
  });
});
