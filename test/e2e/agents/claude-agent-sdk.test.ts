/** A program on the Claude Agent SDK: its own tool is found by tool search and called, and the answer has the form of a schema. */
import { mkdir } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { claudeCodeEnv, targetOf } from "../../../src/recipes/recipes.ts";
import { cleanEnvironment, scratchHome } from "../clients/support/environment.ts";
import { installClaudeAgentSdk } from "../clients/support/install.ts";
import { openNamespace, type Namespace } from "../clients/support/namespace.ts";
import { Program } from "../clients/support/program.ts";
import { BRIDGE_URL, startBridge, type Bridge } from "./support/bridge.ts";
import { HOSTS } from "./support/hosts.ts";
import { KEPT_BACK } from "./support/seeker.ts";

const BOUND_MS = 150_000;
const ROOT = resolve(import.meta.dirname, "../../..");
const AGENT = join(import.meta.dirname, "support/claude-agent-main.ts");

let sdk: string;
let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let bridge: Bridge | undefined;

beforeAll(async () => {
  sdk = await installClaudeAgentSdk();
  namespace = await openNamespace();
  home = await scratchHome();
});

afterEach(() => bridge?.stop());

afterAll(async () => {
  await namespace?.close();
  await home?.remove();
});

describe.each(HOSTS)("Claude Agent SDK, $kind", ({ tools }) => {
  test("tool search, a tool, structured output", async () => {
    const word = randomBytes(6).toString("hex");
    const own = join(home.path, word);
    await mkdir(own);
    bridge = await startBridge(namespace, { home: home.path, tools, model: "seeker" });
    const node = namespace.spawn(
      process.execPath,
      ["--import", "tsx", AGENT, sdk, word, "Ripen the fruit quince."],
      {
        env: {
          ...cleanEnvironment(own),
          ...claudeCodeEnv(targetOf(BRIDGE_URL, [])),
          ENABLE_TOOL_SEARCH: "true",
          CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
          DISABLE_AUTOUPDATER: "1",
          DISABLE_TELEMETRY: "1",
          DISABLE_ERROR_REPORTING: "1",
        },
        cwd: ROOT,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const agent = new Program("the program on the Claude Agent SDK", node);
    expect(await agent.finished(BOUND_MS), agent.output).toBe(0);
    const [subtype, structured] = JSON.parse(agent.stdout) as unknown[];
    expect({ subtype, structured }, agent.output).toEqual({
      subtype: "success",
      structured: { fruit: `quince, ripe ${word}` },
    });
    expect(bridge.asked.filter(({ broken }) => broken !== undefined)).toEqual([]);
    // It offers the tool once the model has searched for it, and no sooner.
    expect(bridge.asked.slice(0, 2).map((asked) => asked.tools.includes(KEPT_BACK))).toEqual([false, true]);
  });
});
