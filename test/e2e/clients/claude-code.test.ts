/** Claude Code at the bridge: straight, and through the LiteLLM proxy over both of the bridge's dialects. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { claudeCodeEnv, claudeCodeThroughLiteLlmEnv, targetOf } from "../../../src/recipes/recipes.ts";
import { BRIDGE_URL, startBridge, type Bridge } from "./support/bridge.ts";
import { startClaudeCode } from "./support/claude-code.ts";
import { scratchHome } from "./support/environment.ts";
import { FAILURES, NONE_TYPE_FAILURE, type Failure } from "./support/failures.ts";
import { installClaudeCode, installPython } from "./support/install.ts";
import { startLiteLlmProxy, type LiteLlmProxy } from "./support/litellm-proxy.ts";
import { openNamespace, type Namespace } from "./support/namespace.ts";
import type { Program } from "./support/program.ts";

const BOUND_MS = 60_000;
const PROMPT = "Say what the scripted host says (prompt 7f3a).";
const ANSWER = "**The scripted host** was asked; it answers with 你好 and 12 words, no more.";

/** Those that a prompt can meet; after a death in mid-stream the bridge is gone, and with it who could say so. */
const failures = FAILURES.filter(
  ({ maxTokens, incident, late }) =>
    maxTokens === undefined && incident !== "queue full" && !(incident === "host dies" && late),
);

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

type Env = Readonly<Record<string, string>>;

const ROUTES = [
  { route: "straight", env: (): Env => claudeCodeEnv(targetOf(BRIDGE_URL, [])) },
  { route: "through LiteLLM, messages", env: (): Env => throughLiteLlm("bridge") },
  { route: "through LiteLLM, chat completions", env: (): Env => throughLiteLlm("bridge-chat") },
] as const;

function throughLiteLlm(model: string): Env {
  const env = claudeCodeThroughLiteLlmEnv(proxy.url);
  return { ...env, ANTHROPIC_AUTH_TOKEN: proxy.key, ANTHROPIC_MODEL: model };
}

describe.each(ROUTES)("$route", ({ route, env }) => {
  function start(options: { args?: string[]; env?: Env } = {}): Promise<Program> {
    return startClaudeCode(namespace, {
      program,
      home: home.path,
      prompt: PROMPT,
      ...options,
      env: { ...env(), ...options.env },
    });
  }

  test("prints the host's answer", async () => {
    bridge = await startBridge(namespace, { home: home.path, host: { kind: "answer", text: ANSWER } });
    const claude = await start();
    expect(await claude.finished(BOUND_MS)).toBe(0);
    expect(claude.stdout.trim()).toBe(ANSWER);
    await bridge.stop();
    expect(bridge.asksFor(PROMPT)).toBe(1);
    expect(claude.output).not.toMatch(NONE_TYPE_FAILURE);
  });

  test("streams the host's answer", async () => {
    bridge = await startBridge(namespace, { home: home.path, host: { kind: "answer", text: ANSWER } });
    const claude = await start({
      args: ["--output-format", "stream-json", "--include-partial-messages", "--verbose"],
    });
    expect(await claude.finished(BOUND_MS)).toBe(0);
    const deltas = textDeltas(claude.stdout);
    expect(deltas.length).toBeGreaterThan(5);
    expect(deltas.join("")).toBe(ANSWER);
  });

  test.each(failures)("$name", async (failure) => {
    const { host, args, incident, asks } = failure;
    bridge = await startBridge(namespace, { home: home.path, host, args });
    // A bridge that went with its host can say why only to a request that was waiting.
    const claude = await start(incident === "host dies" ? { env: { CLAUDE_CODE_MAX_RETRIES: "0" } } : {});
    if (incident === "host dies") {
      await bridge.askedTimes(1, BOUND_MS);
      bridge.killHost();
    }
    expect(await claude.finished(BOUND_MS)).not.toBe(0);
    expect(claude.stdout).toMatch(failure.text);
    expect(`${claude.output}${proxy.output()}`).not.toMatch(NONE_TYPE_FAILURE);
    await bridge.stop();
    expect(bridge.asked.length).toBeLessThanOrEqual(asks * mostAsks(failure, route));
    expect(bridge.asked.length).toBeGreaterThanOrEqual(asks);
  });

  test.runIf(route === "straight")("a failure that may pass is tried once more, and no more", async () => {
    const host = { kind: "error", code: -32_603, message: "The engine caught fire" } as const;
    bridge = await startBridge(namespace, { home: home.path, host });
    const claude = await start();
    expect(await claude.finished(BOUND_MS)).not.toBe(0);
    expect(claude.stdout).toMatch(/The MCP host \(scripted-host\) failed: The engine caught fire/);
    await bridge.stop();
    expect(bridge.asksFor(PROMPT)).toBe(2);
  });

  test("goes on with the next host when the host dies in mid-stream", async () => {
    bridge = await startBridge(namespace, {
      home: home.path,
      host: { kind: "wait" },
      args: ["--peek-ms", "1"],
    });
    const claude = await start({ env: { CLAUDE_CODE_MAX_RETRIES: "5" } });
    await bridge.askedTimes(1, BOUND_MS);
    bridge.killHost();
    await bridge.stop();
    bridge = await startBridge(namespace, { home: home.path, host: { kind: "answer", text: ANSWER } });
    expect(await claude.finished(BOUND_MS)).toBe(0);
    expect(claude.stdout.trim()).toBe(ANSWER);
    await bridge.stop();
    expect(bridge.asked.length).toBe(1);
  });
});

/** How often one prompt may reach the person at the host. */
function mostAsks({ late, status }: Failure, route: (typeof ROUTES)[number]["route"]): number {
  if (status < 500) {
    // A refusal is remembered. To the 400 of chat completions Claude Code answers with the same prompt in a smaller
    // form, which may count as a new one.
    return route === "through LiteLLM, chat completions" ? 2 : 1;
  }
  // When a stream fails that has begun, it asks once more without streaming; behind LiteLLM it does not learn that
  // trying again is useless.
  return (late ? 2 : 1) * (route === "straight" ? 1 : 2);
}

/** The text of the partial messages that `--output-format stream-json` prints. */
function textDeltas(lines: string): string[] {
  return lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; event?: { delta?: { type: string; text: string } } })
    .flatMap(({ type, event }) =>
      type === "stream_event" && event?.delta?.type === "text_delta" ? [event.delta.text] : [],
    );
}
