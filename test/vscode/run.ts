/**
 * `npm run test:vscode [-- vitest arguments]`: installs a real VS Code and the agents, which takes the network, then runs
 * the tests where nothing but the loopback can be reached, so that neither VS Code nor the browser talks to anyone.
 * Where no network namespace can be made the tests run without one.
 */
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { installCodex } from "../agents/support/codex.ts";
import { installOpencode } from "../agents/support/opencode.ts";
import { installClaudeCode } from "../clients/support/install.ts";
import { install } from "./support/install.ts";

const LOOPBACK_ONLY = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"];

try {
  await install();
  await Promise.all([installClaudeCode(), installCodex(), installOpencode()]);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

const isolate = [
  ["unshare", "--net"],
  ["unshare", "--map-root-user", "--net"],
]
  .map((unshare) => [...unshare, ...LOOPBACK_ONLY])
  .find(([command = "", ...args]) => spawnSync(command, [...args, "true"], { stdio: "ignore" }).status === 0);
if (isolate === undefined)
  process.stderr.write("No network namespace could be made here; running without one.\n");

const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
const [command = "", ...args] = [
  ...(isolate ?? []),
  process.execPath,
  vitest,
  "run",
  "--project",
  "vscode",
  ...process.argv.slice(2),
];
const child = spawn(command, args, { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => {
  process.exitCode = signal === null ? (code ?? 1) : 1;
});
