/** `mcptb ask` and `mcptb chat` against a real bridge, as a person uses them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { attachHost, type InProcessHost } from "../../support/hosts/in-process-host.ts";
import { runCli, startCli } from "../../support/processes/run-cli.ts";
import type { ScriptedHostOptions } from "../../support/hosts/scripted-host.ts";
import { answer, echo, fail, hang, refuse } from "../../support/hosts/scripts.ts";
import { spawnBridge } from "../../support/processes/spawned-bridge.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { HAS_TERMINAL, openTerminal } from "../../support/processes/terminal.ts";
import { verifies } from "../../support/verifies.ts";

const folder = mkdtempSync(path.join(tmpdir(), "mcptb-ask-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let running: RunningBridge;
beforeEach(async () => {
  running = await startBridge({ apiKey: "k1" });
});
afterEach(() => running.bridge.stop());

const lent = (options: ScriptedHostOptions = { script: echo }): Promise<InProcessHost> =>
  attachHost(running.bridge, options);
const flags = (): string[] => ["--url", `${running.url}/v1/`, "--api-key", "k1"];

function file(name: string, content: string | Buffer): string {
  const place = path.join(folder, name);
  writeFileSync(place, content);
  return place;
}

/** The smallest PNG there is. */
const PIXEL = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

verifies("person.ask", "the answer alone is on stdout, and ends with a line's end", async () => {
  await lent();
  const { code, stdout, stderr } = await runCli(["ask", ...flags(), "What", "is", "this?"]);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "What is this?\n", stderr: "" });
});

verifies("person.ask", "words, files, an image, a pipe and a system prompt reach the model", async () => {
  const { host } = await lent();
  const args = [
    "-s",
    "Be brief.",
    "-m",
    "gpt-5",
    "-f",
    file("note.txt", "In the file."),
    "-f",
    file("dot.png", PIXEL),
  ];
  const run = startCli(["ask", ...flags(), ...args, "And?"], { stdin: "pipe" });
  run.child.stdin?.end("From the pipe.\n");
  const call = await host.next();
  expect(await run.exited).toBe(0);
  expect(call.params["systemPrompt"]).toBe("Be brief.");
  expect(JSON.stringify(call.params["modelPreferences"])).toContain("gpt-5");
  const sent = JSON.stringify(call.params["messages"]);
  for (const part of ["File note.txt:\\n\\nIn the file.", PIXEL.toString("base64"), "From the pipe.", "And?"])
    expect(sent).toContain(part);
});

verifies("person.ask", "--json prints the answer with its model, usage and why it ended", async () => {
  await lent({ script: answer("A long answer, word after word after word.") });
  const { stdout } = await runCli(["ask", ...flags(), "--json", "--limit", "3", "Say much."]);
  expect(JSON.parse(stdout)).toMatchObject({
    model: "scripted/model",
    finish_reason: "length",
    usage: { completion_tokens: 3 },
  });
});

verifies("person.ask", "what goes wrong is told with what to do, and is no answer", async () => {
  const ask = (...more: string[]) => runCli(["ask", ...flags(), ...more]);
  const noHost = await ask("Hello?");
  expect(noHost).toMatchObject({ code: 1, stdout: "" });
  expect(noHost.stderr).toMatch(/No MCP host is attached.*\nmcptb: .*MCP: List Servers/s);

  const refusing = await lent({ script: refuse });
  expect((await ask("May I?")).stderr).toContain("mcptb: ");
  refusing.host.close();
  await refusing.gone;
  await lent({ script: fail(-32_603, "overloaded") });
  const failed = await ask("Again?");
  expect(failed).toMatchObject({ code: 1, stdout: "" });
  expect(failed.stderr).toContain("overloaded");

  const wrongKey = await runCli(["ask", "--url", running.url, "--api-key", "other", "Hello?"]);
  expect(wrongKey.stderr).toMatch(/key.*\nmcptb: Send one of the configured keys/s);
  expect((await runCli(["ask", ...flags()])).stderr).toContain("there is no question");
  expect((await ask("-f", path.join(folder, "none"), "x")).stderr).toContain("cannot be read (ENOENT)");
  const binary = file("some.bin", Buffer.from([1, 0, 2]));
  expect((await ask("-f", binary, "x")).stderr).toContain("neither text in UTF-8 nor an image");
});

verifies("person.ask", "leaving cancels at the host", async () => {
  const { host } = await lent({ script: hang });
  const run = startCli(["ask", ...flags(), "Hello?"]);
  const call = await host.next();
  run.child.kill("SIGINT");
  await call.cancelled;
  expect(await run.exited).toBe(130);
});

describe("the bridge is found", () => {
  verifies("person.ask", "at another port than the usual one, when it is the only one", async () => {
    const stateDir = mkdtempSync(path.join(folder, "state-"));
    const env = { MCPTB_STATE_DIR: stateDir };
    // A port of its own, for a free one that the system chose is written nowhere.
    const { port } = new URL(running.url);
    await running.bridge.stop();
    const bridge = spawnBridge({ script: echo }, ["--port", port], env);
    onTestFinished(() => bridge.kill());
    await bridge.host.initialize();
    await bridge.url;
    await expect
      .poll(async () => (await runCli(["ask", "Found?"], { env: { ...env, MCPTB_PORT: "" } })).stdout)
      .toBe("Found?\n");
    const other = await runCli(["ask", "--port", "1", "Found?"], { env });
    expect(other).toMatchObject({ code: 1, stdout: "" });
    expect(other.stderr).toMatch(/no bridge answers at http:\/\/127\.0\.0\.1:1\nmcptb: Start one .* demo"/);
  });
});

test("a conversation by a pipe", async () => {
  const { host } = await lent();
  const run = startCli(["chat", ...flags(), "-s", "Be kind."], { stdin: "pipe" });
  run.child.stdin?.end(
    [
      "First.",
      "/model gpt-5",
      "Two\\",
      "lines.",
      "/again",
      "/nope",
      "/clear",
      "/system New.",
      "Last.",
      "/exit",
      "Never.",
    ].join("\n"),
  );
  const texts = async (): Promise<unknown> => {
    const { params } = await host.next();
    return (params["messages"] as { content: unknown }[]).length;
  };
  expect([await texts(), await texts(), await texts(), await texts()]).toEqual([1, 3, 3, 1]);
  expect(host.calls.at(-1)?.params["systemPrompt"]).toBe("New.");
  expect(await run.exited).toBe(0);
  expect(run.stdout()).toContain("Two\nlines.\n");
  expect(run.stdout()).toContain("Unknown command /nope");
  expect(host.calls).toHaveLength(4);
});

describe.runIf(HAS_TERMINAL)("in a terminal", () => {
  verifies("person.chat", "Ctrl-C stops the answer only", async () => {
    const { host } = await lent({ script: hang });
    const terminal = openTerminal(["chat", ...flags()]);
    onTestFinished(() => terminal.close());
    await terminal.shows(/\/help shows/);
    terminal.type("Think long.\r");
    const first = await host.next();
    terminal.type("\u0003");
    await first.cancelled;
    await terminal.shows(/\(stopped\)/);
    terminal.type("Once more.\r");
    const second = await host.next();
    // The question that got no answer is taken back.
    expect(second.params["messages"]).toHaveLength(1);
    second.answer("Here I am.");
    await terminal.shows(/Here I am\./);
    terminal.type("\u0004");
    expect(await terminal.exited).toBe(0);
  });
});
