/**
 * The Model Context Protocol's own conformance suite against `/mcp`, in both eras. It tests named fixtures, so they stand
 * behind our entry in place of our tools; everything before them is the product.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { bridgeOf, type Bridge } from "../../../src/bridge/bridge.ts";
import { loadConfig } from "../../../src/config/load.ts";
import type { McpEra } from "../../../src/config/values.ts";
import { createLog } from "../../../src/observability/log.ts";
import { freePort } from "../../../src/joining/free-port.ts";
import { FIXTURES } from "./fixture.ts";
import { installConformanceSuite } from "./install.ts";

const EXPECTED = join(import.meta.dirname, "expected-failures.yml");
const HOST = "127.0.0.1";

let node: string;
let suite: string;

beforeAll(async () => {
  ({ node, suite } = await installConformanceSuite());
});

/** A bridge that serves the fixtures in one era; under `auto` a suite that only asks what there is would be led to the older one. */
async function startFixtures(mcpEra: McpEra): Promise<Bridge> {
  const port = await freePort(HOST, 0);
  // The suite sends the origin of the server itself, as a page served from there would.
  const allowedOrigins = `http://${HOST}:${port}`;
  const flags = { port, mcpHttp: true, mcpEra, allowedOrigins, logLevel: "silent" };
  const config = loadConfig({ flags, env: {} });
  const bridge = bridgeOf(config, createLog(config), { servers: FIXTURES });
  onTestFinished(() => bridge.stop());
  await bridge.start();
  return bridge;
}

/** Runs the scenarios that a revision requires; the exit code counts what was not expected. */
function run(bridge: Bridge, revision: string): Promise<{ readonly code: number; readonly output: string }> {
  const args = [
    "server",
    "--url",
    `${bridge.url}/mcp`,
    "--requirements",
    revision,
    "--expected-failures",
    EXPECTED,
  ];
  return new Promise((resolve) => {
    execFile(node, [suite, ...args], { maxBuffer: 64 * 1_048_576 }, (error, stdout, stderr) => {
      resolve({ code: Number(error?.code ?? 0), output: `${stdout}\n${stderr}` });
    });
  });
}

/** What the suite says of each scenario, by its name. */
function results(output: string): Map<string, boolean> {
  const lines = output.matchAll(/^([✓✗]) ([a-z0-9-]+): \d+ passed, \d+ failed/gmu);
  return new Map([...lines].map(([, mark, name = ""]) => [name, mark === "✓"]));
}

test.each([
  ["2025-11-25", "auto", 30, ["server-initialize", "tools-call-sampling", "dns-rebinding-protection"]],
  [
    "2026-07-28",
    "modern",
    35,
    ["server-stateless", "input-required-result-basic-sampling", "http-header-validation"],
  ],
] as const)("revision %s", async (revision, era, least, named) => {
  const { code, output } = await run(await startFixtures(era), revision);
  const found = results(output);
  expect(found.size).toBeGreaterThanOrEqual(least);
  for (const name of named) expect(found.get(name), name).toBe(true);
  expect(code, output.slice(output.indexOf("=== SUMMARY"))).toBe(0);
});
