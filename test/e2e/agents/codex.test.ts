/**
 * Codex does the task over the Responses API. What it offers goes by the model's name: for an unknown one shell commands,
 * for one also a tool with a grammar, for another one JavaScript tool in a namespace, declared among the input items.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { scratchHome } from "../clients/support/environment.ts";
import { openNamespace, type Namespace } from "../clients/support/namespace.ts";
import { BRIDGE_URL, startBridge, type Bridge } from "./support/bridge.ts";
import { installCodex, startCodex } from "./support/codex.ts";
import { HOSTS, SINGLE_STEPS, STEPS } from "./support/hosts.ts";
import { newTask } from "./support/task.ts";

const BOUND_MS = 60_000;

const MODELS = [
  { model: "auto", steps: STEPS },
  { model: "gpt-5.5", steps: STEPS },
  { model: "gpt-6-sol", steps: SINGLE_STEPS },
];

let program: string;
let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let bridge: Bridge | undefined;

beforeAll(async () => {
  program = await installCodex();
  namespace = await openNamespace();
  home = await scratchHome();
});

afterEach(() => bridge?.stop());

afterAll(async () => {
  await namespace?.close();
  await home?.remove();
});

describe.each(HOSTS)("Codex, $kind", ({ tools }) => {
  test.each(MODELS)("model $model", async ({ model, steps }) => {
    const task = await newTask(home.path);
    bridge = await startBridge(namespace, { home: home.path, tools });
    const codex = await startCodex(namespace, {
      program,
      home: home.path,
      folder: task.folder,
      url: BRIDGE_URL,
      model,
      prompt: task.prompt,
    });
    expect(await codex.finished(BOUND_MS), codex.output).toBe(0);
    await task.verify(codex.stdout);
    expect(bridge.asked.map(({ results, broken }) => ({ results, broken }))).toEqual(steps);
  });
});
