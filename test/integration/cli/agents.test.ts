import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect } from "vitest";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { runCli, startCli, type CliOptions } from "../../support/processes/run-cli.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let folder: string;
let running: RunningBridge | undefined;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "mcptb-agents-"));
});
afterEach(async () => {
  await running?.bridge.stop();
  running = undefined;
  rmSync(folder, { recursive: true, force: true });
});

/** An agent on the PATH that runs this script, with Node's own place as `node`. */
function install(name: string, script: string): void {
  const file = path.join(folder, `${name}.mjs`);
  writeFileSync(file, script);
  writeFileSync(path.join(folder, `${name}.cmd`), `@"${process.execPath}" "${file}" %*\r\n`);
  writeFileSync(path.join(folder, name), `#!/bin/sh\nexec "${process.execPath}" "${file}" "$@"\n`);
  chmodSync(path.join(folder, name), 0o755);
}

/** Tells what it was started with, and exits with 7. */
const TELL = `
const { ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: token, ANTHROPIC_API_KEY: apiKey, MCPTB_KEY: key } = process.env;
console.log(JSON.stringify({ args: process.argv.slice(2), url, token, apiKey, key }));
process.exitCode = 7;
`;

/** The folder first, so that no agent of this machine is started. */
const options = (env: Readonly<Record<string, string>> = {}): CliOptions => ({
  env: { PATH: `${folder}${path.delimiter}${process.env["PATH"] ?? ""}`, ...env },
});

const ARGS = ["-p", "two words", "--port", "1", "--help", "--", 'a "quoted" & 100% $HOME', ""];

verifies("person.agents", "Claude Code is started at the bridge, with its arguments as given", async () => {
  install("claude", TELL);
  running = await startBridge({ apiKey: "s3cret" });
  await attachHost(running.bridge);
  const port = new URL(running.url).port;
  const given = options({ ANTHROPIC_API_KEY: "of Anthropic" });
  const { code, stdout, stderr } = await runCli(
    ["--port", port, "--api-key", "s3cret", "claude", ...ARGS],
    given,
  );
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual({ args: ARGS, url: running.url, token: "s3cret" });
  expect(code).toBe(7);
});

verifies(
  "person.agents",
  "Codex is started at the bridge, with our overrides before its arguments",
  async () => {
    install("codex", TELL);
    running = await startBridge();
    await attachHost(running.bridge);
    const port = new URL(running.url).port;
    const { code, stdout } = await runCli([`--port=${port}`, "codex", ...ARGS], options());
    const { args, key } = JSON.parse(stdout) as { args: string[]; key: string };
    expect(args.slice(0, -ARGS.length)).toEqual(
      [
        `model_provider="bridge"`,
        `model="auto"`,
        `model_providers.bridge.name="MCPTokenBridge"`,
        `model_providers.bridge.base_url="${running.url}/v1"`,
        `model_providers.bridge.env_key="MCPTB_KEY"`,
        `model_providers.bridge.wire_api="responses"`,
      ].flatMap((value) => ["-c", value]),
    );
    expect(args.slice(-ARGS.length)).toEqual(ARGS);
    expect(key).toBe("none");
    expect(code).toBe(7);
  },
);

verifies("person.agents-refused", "without a bridge, or without the agent, it says what to do", async () => {
  install("claude", TELL);
  running = await startBridge();
  await attachHost(running.bridge);
  const port = new URL(running.url).port;
  const missing = await runCli(["--port", port, "codex"], { env: { PATH: folder } });
  expect(missing).toMatchObject({ code: 1, stdout: "" });
  expect(missing.stderr).toBe(
    "mcptb: Codex is not installed: there is no codex on the PATH\nmcptb: npm install -g @openai/codex\n",
  );
  await running.bridge.stop();
  const alone = await runCli(["--port", port, "claude"], options());
  expect(alone).toMatchObject({ code: 1, stdout: "" });
  expect(alone.stderr).toMatch(/^mcptb: nothing answers at .* \(ECONNREFUSED\)\nmcptb: Start the server/);
});

if (process.platform !== "win32") {
  verifies("person.agents", "a signal goes on to the agent, and its end comes back", async () => {
    install("claude", `console.log("ready"); setInterval(() => undefined, 1000);`);
    running = await startBridge();
    await attachHost(running.bridge);
    const run = startCli(["--port", new URL(running.url).port, "claude"], options());
    await run.line(/ready/);
    run.child.kill("SIGTERM");
    expect(await run.exited).toBe(128 + 15);
  });
}

verifies(
  "person.agents-refused",
  "what would make every request fail is said before the agent starts",
  async () => {
    install("claude", TELL);
    running = await startBridge({ apiKey: "s3cret" });
    const port = new URL(running.url).port;
    const start = (...keys: string[]) => runCli(["--port", port, ...keys, "claude"], options());
    expect((await start()).stderr).toMatch(
      /^mcptb: the bridge requires a key, but none was given\nmcptb: Give one/,
    );
    expect((await start("--api-key", "wrong")).stderr).toMatch(/^mcptb: the bridge does not know this key\n/);
    const alone = await start("--api-key", "s3cret");
    expect(alone).toMatchObject({ code: 1, stdout: "" });
    expect(alone.stderr).toMatch(/^mcptb: no MCP host is attached\nmcptb: ./);
    await attachHost(running.bridge, { capabilities: {} });
    expect((await start("--api-key", "s3cret")).stderr).toMatch(/does not support it\n/);
  },
);
