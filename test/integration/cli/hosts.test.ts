import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { hostTable, type HostState } from "../../../src/cli/hosts/host-table.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { runCli, type CliResult } from "../../support/processes/run-cli.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { HAS_TERMINAL, openTerminal } from "../../support/processes/terminal.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge;
beforeEach(async () => {
  running = await startBridge({ apiKey: "k1", operatorKey: "op" });
});
afterEach(() => running.bridge.stop());

const flags = (): string[] => ["--port", new URL(running.url).port, "--api-key", "k1"];
const hosts = (...more: string[]): Promise<CliResult> => runCli(["hosts", ...flags(), ...more]);
const HOST = { name: "Test Editor", version: "2.0" };

verifies("person.hosts", "a table and JSON of what is attached", async () => {
  expect((await hosts()).stdout).toBe("No MCP host is attached.\n");
  await attachHost(running.bridge, HOST);
  const { code, stdout } = await hosts();
  expect(code).toBe(0);
  const [heading = "", row = ""] = stdout.split("\n");
  expect(heading.split(/ {2,}/)).toEqual([
    "label",
    "host",
    "era",
    "transport",
    "state",
    "consent",
    "run/wait",
    "can",
    "models",
  ]);
  expect(row.split(/ {2,}/).slice(1, 4)).toEqual(["Test Editor 2.0", "legacy", expect.any(String)]);
  expect(JSON.parse((await hosts("--json")).stdout)).toEqual(JSON.parse(JSON.stringify(await ready())));
});

async function ready(): Promise<readonly HostState[]> {
  const response = await fetch(`${running.url}/ready`, { headers: { authorization: "Bearer k1" } });
  return ((await response.json()) as { hosts: HostState[] }).hosts;
}

test("a host is drained and resumed by its label", async () => {
  await attachHost(running.bridge, HOST);
  const label = (await ready())[0]?.label ?? "";
  const refused = await hosts("--drain", label);
  expect(refused).toMatchObject({ code: 1, stdout: "" });
  expect(refused.stderr).toContain("an operator's key");
  const operator = ["--operator-key", "op"];
  expect((await hosts(...operator, "--drain", label)).stdout).toContain("gets no new requests");
  expect((await ready())[0]?.draining).toBe(true);
  expect((await hosts(...operator, "--resume", label)).stdout).toContain("gets requests again");
  expect((await ready())[0]?.draining).toBe(false);
  const unknown = await hosts(...operator, "--drain", "nobody");
  expect(unknown).toMatchObject({ code: 1, stdout: "" });
  expect(unknown.stderr).toContain("Unknown MCP host nobody");
});

test("without a bridge or its key it says what to do", async () => {
  const wrong = await runCli(["hosts", "--port", new URL(running.url).port]);
  expect(wrong).toMatchObject({ code: 1, stdout: "" });
  expect(wrong.stderr).toContain("MCPTB_API_KEY");
  const none = await runCli(["hosts", "--port", "1"]);
  expect(none.code).toBe(1);
  expect(none.stderr).toContain("nothing answers at http://127.0.0.1:1");
});

describe.runIf(HAS_TERMINAL)("in a terminal", () => {
  verifies("person.hosts", "--watch shows a host that comes, in place", async () => {
    const terminal = openTerminal(["hosts", "--watch", ...flags()]);
    onTestFinished(() => terminal.close());
    await terminal.shows(/No MCP host is attached\./);
    await attachHost(running.bridge, HOST);
    await terminal.shows(/label.*Test Editor/s);
    expect(terminal.screen().split("\u001b[H").length).toBeGreaterThan(2);
    terminal.type("\u0003");
    await terminal.exited;
  });
});

test("names from a host do not steer the terminal, and long lines are cut", async () => {
  await attachHost(running.bridge, HOST);
  const [host] = await ready();
  if (host === undefined) throw new Error("No host.");
  const [, row = ""] = hostTable([{ ...host, name: "a\u001b[2Jb\n" }]);
  expect(row).toContain("a?[2Jb?");
  const long = { ...host, name: "A host with a long name indeed", models: ["one/model", "another/model"] };
  for (const width of [80, 60, 40]) {
    const table = hostTable([{ ...long, draining: true }, long], width);
    for (const line of table) expect(line.length).toBeLessThanOrEqual(width);
    expect(table[0]).toContain("run/wait");
    expect(table[1]).toContain("draining");
  }
  for (const line of hostTable([host], 20)) expect(line.length).toBeLessThanOrEqual(20);
  const [, modern = ""] = hostTable([{ ...host, revision: "2026-07-28", draining: true, failing: true }]);
  expect(modern).toMatch(/ modern .* draining /);
});
