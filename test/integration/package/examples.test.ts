import { execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { eachLine } from "../../support/streams/json-lines.ts";
import { answer, refuse } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import type { Script } from "../../support/hosts/sampling-call.ts";
import { verifies } from "../../support/verifies.ts";

const EXAMPLES = path.resolve(import.meta.dirname, "../../../examples");
const KEY = "example-key";

let running: RunningBridge | undefined;
afterEach(async () => {
  await running?.bridge.stop();
  running = undefined;
});

async function environment(script: Script): Promise<Record<string, string>> {
  running = await startBridge({ apiKey: KEY, logLevel: "error" });
  await attachHost(running.bridge, { script });
  return { BRIDGE_URL: running.url, BRIDGE_KEY: KEY };
}

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an example as its README says. */
function run(example: string, env: Readonly<Record<string, string>> = {}): Promise<Result> {
  const command = example.endsWith(".sh") ? "sh" : process.execPath;
  const child = spawn(command, [path.join(EXAMPLES, example)], {
    env: { ...process.env, ...env },
    windowsHide: true,
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ code, ...texts }));
  });
}

const ANSWER = "A bridge **connects** two sides. 桥 🌉";

verifies("person.examples", "openai.mjs streams an answer with its usage", async () => {
  const { code, stdout, stderr } = await run("openai.mjs", await environment(answer(ANSWER)));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [text, summary] = stdout.split("\n");
  expect(text).toBe(ANSWER);
  expect(summary).toMatch(/^── scripted\/model, about \d+ tokens$/);
});

verifies("person.examples", "openai.mjs tells of a refusal what the bridge tells", async () => {
  const { code, stdout, stderr } = await run("openai.mjs", await environment(refuse));
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^400 consent_denied: .*refused at the MCP host/);
});

verifies("person.examples", "anthropic.mjs counts tokens and streams an answer", async () => {
  const { code, stdout, stderr } = await run("anthropic.mjs", await environment(answer(ANSWER)));
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^── the question has at most \d+ tokens\n/);
  expect(stdout).toContain(`\n${ANSWER}\n── scripted/model, ended by end_turn\n`);
});

verifies("person.examples", "anthropic.mjs tells of a refusal what the bridge tells", async () => {
  const { code, stderr } = await run("anthropic.mjs", await environment(refuse));
  expect(code).toBe(1);
  expect(stderr).toMatch(/^400: .*refused at the MCP host/);
});

describe.skipIf(!canRun("curl") || !canRun("sh"))("curl.sh", () => {
  verifies("person.examples", "curl.sh shows both APIs", async () => {
    const { code, stdout, stderr } = await run("curl.sh", await environment(answer("Hi.")));
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const [, openai, anthropic, whole, models] = stdout.split(/^── .*\n/m);
    expect(openai).toMatch(/data: \[DONE\]\n\n$/);
    expect(anthropic).toMatch(/event: message_stop\ndata: .*\n\n$/);
    expect(JSON.parse(whole ?? "")).toMatchObject({ choices: [{ message: { content: "Hi." } }] });
    expect(JSON.parse(models ?? "")).toMatchObject({ object: "list" });
  });

  test("curl.sh ends with an error where the bridge does", async () => {
    const { code, stdout } = await run("curl.sh", {
      ...(await environment(answer("Hi."))),
      BRIDGE_KEY: "wrong",
    });
    expect(code).not.toBe(0);
    expect(stdout).toContain("invalid_api_key");
  });
});

verifies(["person.examples", "person.embedding"], "embed.mjs lends a model of its own", async () => {
  const { code, stdout, stderr } = await run("embed.mjs");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\nYou said: Polly wants a cracker\.\n$/);
});

verifies(["person.examples", "person.define-host"], "define-host.mjs is a host in twenty lines", async () => {
  const { code, stdout, stderr } = await run("define-host.mjs");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\nJust three words \n$/);
});

verifies("person.examples", "mcp-host.mjs starts a bridge and answers through it", async () => {
  const env = { ...process.env, BRIDGE_PORT: "0", MCPTB_LOG_LEVEL: "info" };
  const child = spawn(process.execPath, [path.join(EXAMPLES, "mcp-host.mjs")], { env, windowsHide: true });
  const ended = new Promise((resolve) => {
    child.once("close", resolve);
  });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      eachLine(child.stderr, (line) => {
        const found = / listening url=(\S+)$/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
      void ended.then(() => reject(new Error("The example has ended.")));
    });
    const shown = new Promise<string>((resolve) => {
      child.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString("utf8")));
    });
    const response = await fetch(`${url}/v1/messages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "auto", max_tokens: 50, messages: [{ role: "user", content: "Hello" }] }),
    });
    expect(await response.json()).toMatchObject({
      model: "example/upper-case",
      content: [{ text: "HELLO" }],
    });
    expect(await shown).toContain(url);
  } finally {
    child.kill();
    await ended;
  }
});

test("every example has a test here", () => {
  const source = readFileSync(import.meta.filename, "utf8");
  const examples = readdirSync(EXAMPLES).filter((name) => name.includes(".") && name !== "README.md");
  expect(examples.filter((name) => !source.includes(`"${name}"`))).toEqual([]);
});

function canRun(command: string): boolean {
  try {
    execFileSync(command, command === "sh" ? ["-c", "true"] : ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
