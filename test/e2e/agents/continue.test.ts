/** Continue does the task at what it takes for an Ollama: its provider of that name, which uses the address and the OpenAI API there. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { scratchHome } from "../clients/support/environment.ts";
import { openNamespace, type Namespace } from "../clients/support/namespace.ts";
import { BRIDGE_URL, startBridge, type Bridge } from "./support/bridge.ts";
import { installContinue, startContinue } from "./support/continue.ts";
import { HOSTS, STEPS } from "./support/hosts.ts";
import { newTask } from "./support/task.ts";

const BOUND_MS = 90_000;

let program: string;
let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let bridge: Bridge | undefined;

beforeAll(async () => {
  program = await installContinue();
  namespace = await openNamespace();
  home = await scratchHome();
});

afterEach(() => bridge?.stop());

afterAll(async () => {
  await namespace?.close();
  await home?.remove();
});

describe.each(HOSTS)("Continue, $kind", ({ tools }) => {
  test("reads, edits, runs and tells", async () => {
    const task = await newTask(home.path);
    bridge = await startBridge(namespace, { home: home.path, tools });
    const cn = await startContinue(namespace, {
      program,
      home: home.path,
      folder: task.folder,
      url: BRIDGE_URL,
      prompt: task.prompt,
    });
    expect(await cn.finished(BOUND_MS), cn.output).toBe(0);
    await task.verify(cn.stdout);
    const steps = bridge.asked.filter((asked) => asked.tools.length > 0);
    expect(steps.map(({ results, broken }) => ({ results, broken }))).toEqual(STEPS);
  });
});
