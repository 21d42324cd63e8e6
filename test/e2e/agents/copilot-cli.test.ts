/**
 * GitHub Copilot CLI does the task over each of the three APIs. For a model that it knows as one of OpenAI's it offers a
 * tool with a grammar for its edits.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { scratchHome } from "../clients/support/environment.ts";
import { installCopilotCli } from "../clients/support/install.ts";
import { openNamespace, type Namespace } from "../clients/support/namespace.ts";
import { BRIDGE_URL, startBridge, type Bridge } from "./support/bridge.ts";
import { startCopilotCli } from "./support/copilot-cli.ts";
import { HOSTS, STEPS } from "./support/hosts.ts";
import { newTask } from "./support/task.ts";

const BOUND_MS = 90_000;

const CHAT = { COPILOT_PROVIDER_BASE_URL: `${BRIDGE_URL}/v1` };
const RESPONSES = { ...CHAT, COPILOT_PROVIDER_WIRE_API: "responses" };
const MESSAGES = { COPILOT_PROVIDER_BASE_URL: BRIDGE_URL, COPILOT_PROVIDER_TYPE: "anthropic" };

const APIS = [
  { api: "chat completions", provider: CHAT },
  { api: "responses", provider: RESPONSES },
  { api: "responses as gpt-5.4", provider: { ...RESPONSES, COPILOT_PROVIDER_MODEL_ID: "gpt-5.4" } },
  { api: "messages", provider: MESSAGES },
];

let program: string;
let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let bridge: Bridge | undefined;

beforeAll(async () => {
  program = await installCopilotCli();
  namespace = await openNamespace();
  home = await scratchHome();
});

afterEach(() => bridge?.stop());

afterAll(async () => {
  await namespace?.close();
  await home?.remove();
});

describe.each(HOSTS)("Copilot CLI, $kind", ({ tools }) => {
  test.each(APIS)("$api", async ({ provider }) => {
    const task = await newTask(home.path);
    bridge = await startBridge(namespace, { home: home.path, tools });
    const copilot = startCopilotCli(namespace, {
      program,
      home: home.path,
      folder: task.folder,
      provider,
      prompt: task.prompt,
    });
    expect(await copilot.finished(BOUND_MS), copilot.output).toBe(0);
    await task.verify(copilot.stdout);
    expect(bridge.asked.map(({ results, broken }) => ({ results, broken }))).toEqual(STEPS);
  });
});
