/** smolagents does the task over chat completions. It must call a tool in each step; results come back as what the user says. */
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { cleanEnvironment, scratchHome } from "../clients/support/environment.ts";
import { installPython } from "../clients/support/install.ts";
import { openNamespace, type Namespace } from "../clients/support/namespace.ts";
import { Program } from "../clients/support/program.ts";
import { BRIDGE_URL, startBridge, type Bridge } from "./support/bridge.ts";
import { HOSTS, SINGLE_STEPS } from "./support/hosts.ts";
import { newTask } from "./support/task.ts";

const BOUND_MS = 90_000;
const AGENT = join(import.meta.dirname, "python/smolagent.py");

let bin: string;
let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let bridge: Bridge | undefined;

beforeAll(async () => {
  bin = await installPython("smolagents");
  namespace = await openNamespace();
  home = await scratchHome();
});

afterEach(() => bridge?.stop());

afterAll(async () => {
  await namespace?.close();
  await home?.remove();
});

describe.each(HOSTS)("smolagents, $kind", ({ tools }) => {
  test.each(["plain", "stream"])("%s", async (how) => {
    const task = await newTask(home.path);
    bridge = await startBridge(namespace, { home: home.path, tools });
    const python = namespace.spawn(join(bin, "python"), [AGENT, how, "auto", BRIDGE_URL, task.prompt], {
      env: { ...cleanEnvironment(home.path), HF_HUB_OFFLINE: "1", HF_HUB_DISABLE_TELEMETRY: "1" },
      cwd: task.folder,
    });
    const agent = new Program("smolagents", python);
    expect(await agent.finished(BOUND_MS), agent.output).toBe(0);
    await task.verify(agent.stdout);
    expect(bridge.asked.map(({ results, broken }) => ({ results, broken }))).toEqual(SINGLE_STEPS);
  });
});
