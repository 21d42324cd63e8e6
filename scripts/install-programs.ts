/**
 * `npm run test:install`: installs what the suites of real programs need, which they would do by themselves, each when it comes
 * to it. Here it happens beside something else, and several registries are waited for at once.
 */
import { installCodex } from "../test/e2e/agents/support/codex.ts";
import { installContinue } from "../test/e2e/agents/support/continue.ts";
import { installGeminiCli } from "../test/e2e/agents/support/gemini-cli.ts";
import { installOpencode } from "../test/e2e/agents/support/opencode.ts";
import {
  COLLECTOR,
  installAider,
  installClaudeAgentSdk,
  installClaudeCode,
  installCopilotCli,
  installGo,
  installPython,
  PYTHON_SETS,
} from "../test/e2e/clients/support/install.ts";
import { installNats } from "../test/e2e/cluster/support/install.ts";
import { installConformanceSuite } from "../test/e2e/mcp/install.ts";
import { install as installHosts, installInspector } from "../test/e2e/hosts/support/install.ts";
import { install as installVsCode } from "../test/e2e/vscode/support/install.ts";

type Installation = readonly [name: string, install: () => Promise<unknown>];

const npm: readonly Installation[] = [
  ["VS Code", installVsCode],
  ["the MCP conformance suite", installConformanceSuite],
  ["the MCP Inspector", installInspector],
  ["Copilot CLI", installCopilotCli],
  ["Claude Code", installClaudeCode],
  ["Codex", installCodex],
  ["opencode", installOpencode],
  ["Gemini CLI", installGeminiCli],
  ["Continue", installContinue],
  ["Claude Agent SDK", installClaudeAgentSdk],
];

const python: readonly Installation[] = [
  ...PYTHON_SETS.map((name): Installation => [`Python, ${name}`, () => installPython(name)]),
  ["aider", installAider],
  ["NATS", installNats],
];

const hosts: readonly Installation[] = [
  ["hosts", installHosts],
  ["a collector of OpenTelemetry", () => installGo("collector", COLLECTOR)],
];

/** One after the other, since each of them keeps the disk busy; the next one may be there though this one is not. */
async function inTurn(installations: readonly Installation[]): Promise<void> {
  for (const [name, install] of installations) {
    const began = performance.now();
    const outcome = await install().then(
      () => "installed",
      (error: unknown) => `NOT INSTALLED: ${error instanceof Error ? error.message : String(error)}`,
    );
    if (outcome !== "installed") process.exitCode = 1;
    process.stdout.write(`${Math.round((performance.now() - began) / 1000)} s  ${name}: ${outcome}\n`);
  }
}

await Promise.all([inTurn(npm), inTurn(python), inTurn(hosts)]);
