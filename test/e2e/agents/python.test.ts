/** Python's clients do the task: the official packages over each API, and LiteLLM as a library. */
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { cleanEnvironment, scratchHome } from "../clients/support/environment.ts";
import { installPython } from "../clients/support/install.ts";
import { openNamespace, type Namespace } from "../clients/support/namespace.ts";
import { Program } from "../clients/support/program.ts";
import { BRIDGE_URL, startBridge, type Bridge } from "./support/bridge.ts";
import { HOSTS, STEPS } from "./support/hosts.ts";
import { newTask } from "./support/task.ts";

const BOUND_MS = 90_000;
const AGENT = join(import.meta.dirname, "python/agent.py");

const CLIENTS = [
  { client: "openai-chat", venv: "sdks" },
  { client: "openai-responses", venv: "sdks" },
  { client: "anthropic", venv: "sdks" },
  { client: "litellm-openai", venv: "litellm" },
  { client: "litellm-anthropic", venv: "litellm" },
] as const;

let bins: Record<"sdks" | "litellm", string>;
let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let bridge: Bridge | undefined;

beforeAll(async () => {
  bins = { sdks: await installPython("sdks"), litellm: await installPython("litellm") };
  namespace = await openNamespace();
  home = await scratchHome();
});

afterEach(() => bridge?.stop());

afterAll(async () => {
  await namespace?.close();
  await home?.remove();
});

describe.each(HOSTS)("$kind", ({ tools }) => {
  test.each(CLIENTS)("$client", async ({ client, venv }) => {
    const task = await newTask(home.path);
    bridge = await startBridge(namespace, { home: home.path, tools });
    const python = namespace.spawn(
      join(bins[venv], "python"),
      [AGENT, client, "auto", BRIDGE_URL, task.prompt],
      {
        env: {
          ...cleanEnvironment(home.path),
          LITELLM_LOCAL_MODEL_COST_MAP: "True",
          LITELLM_TELEMETRY: "False",
        },
        cwd: task.folder,
      },
    );
    const agent = new Program(client, python);
    expect(await agent.finished(BOUND_MS), agent.output).toBe(0);
    await task.verify(agent.stdout);
    expect(bridge.asked.map(({ results, broken }) => ({ results, broken }))).toEqual(STEPS);
  });
});
