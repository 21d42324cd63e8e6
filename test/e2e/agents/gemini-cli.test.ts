/** Gemini CLI does the task over the Gemini API. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { scratchHome } from "../clients/support/environment.ts";
import { openNamespace, type Namespace } from "../clients/support/namespace.ts";
import { BRIDGE_URL, startBridge, type Bridge } from "./support/bridge.ts";
import { installGeminiCli, startGeminiCli } from "./support/gemini-cli.ts";
import { HOSTS, STEPS } from "./support/hosts.ts";
import { newTask } from "./support/task.ts";

const BOUND_MS = 90_000;

let program: string;
let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let bridge: Bridge | undefined;

beforeAll(async () => {
  program = await installGeminiCli();
  namespace = await openNamespace();
  home = await scratchHome();
});

afterEach(() => bridge?.stop());

afterAll(async () => {
  await namespace?.close();
  await home?.remove();
});

describe.each(HOSTS)("Gemini CLI, $kind", ({ tools }) => {
  test.each(["gemini-2.5-pro", "auto"])("the model %s", async (model) => {
    const task = await newTask(home.path);
    bridge = await startBridge(namespace, { home: home.path, tools });
    const gemini = await startGeminiCli(namespace, {
      program,
      home: home.path,
      folder: task.folder,
      url: BRIDGE_URL,
      model,
      prompt: task.prompt,
    });
    expect(await gemini.finished(BOUND_MS), gemini.output).toBe(0);
    await task.verify(gemini.stdout);
    const steps = bridge.asked.filter((asked) => asked.tools.length > 0);
    expect(steps.map(({ results, broken }) => ({ results, broken }))).toEqual(STEPS);
  });
});
