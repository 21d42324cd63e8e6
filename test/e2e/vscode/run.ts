/**
 * `npm run test:vscode [-- vitest arguments]`: installs a real VS Code and the agents, which takes the network, then runs
 * the tests without it, so that neither VS Code nor the browser talks to anyone.
 */
import { installCodex } from "../agents/support/codex.ts";
import { installOpencode } from "../agents/support/opencode.ts";
import { installClaudeCode } from "../clients/support/install.ts";
import { runOffline } from "../../support/processes/offline.ts";
import { install } from "./support/install.ts";

try {
  await install();
  await Promise.all([installClaudeCode(), installCodex(), installOpencode()]);
  runOffline("vscode");
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
