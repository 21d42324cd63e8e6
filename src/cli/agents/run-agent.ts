/** `mcptb claude` and `mcptb codex`: the unchanged agent, connected to the running bridge. */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { checkBridge, checkHost, checkKey } from "../doctor/bridge-checks.ts";
import type { BridgeAddress } from "../../joining/ask-bridge.ts";
import { promptLimits } from "../../joining/prompt-limits.ts";
import { CliError } from "../failure.ts";
import type { Target } from "../../recipes/recipes.ts";
import { AGENTS, type Agent, type AgentName } from "./agents.ts";
import { commandLine } from "./command-line.ts";
import { say } from "../../util/say.ts";

const SIGNALS: readonly NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Runs the agent on this terminal; resolves with its exit code, 128 and the signal's number when a signal ended it.
 *
 * @throws CliError when no bridge answers or accepts us, none of its hosts lends a model, or the agent is not installed.
 */
export async function runAgent(name: AgentName, args: readonly string[], bridge: Target): Promise<number> {
  const agent: Agent = AGENTS[name];
  const address = { url: bridge.url, key: bridge.needsKey ? bridge.key : undefined };
  await refuseFailed(address);
  const target = { ...bridge, limits: await promptLimits(address) };

  const env = { ...process.env, ...agent.env(target) };
  const missing = new CliError(
    say`${agent.title} is not installed: there is no ${name} on the PATH\n${agent.install}`,
  );
  const line = commandLine(name, [...agent.flags(target), ...args], { platform: process.platform, env });
  if (line === undefined) throw missing;
  return new Promise((resolve, reject) => {
    const child = spawn(line.file, line.args, {
      env,
      stdio: "inherit",
      windowsVerbatimArguments: line.verbatim,
    });
    const pass = (signal: NodeJS.Signals): void => {
      // The terminal sends Ctrl-C to the agent too, and a second one would have another meaning.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of SIGNALS) process.on(signal, pass);
    child.once("error", (error) => reject("code" in error && error.code === "ENOENT" ? missing : error));
    child.once("exit", (code, signal) => {
      for (const each of SIGNALS) process.off(each, pass);
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}

/** Checks that an agent would fail only after many retries. */
async function refuseFailed(address: BridgeAddress): Promise<void> {
  for (const check of [checkBridge, checkKey, checkHost]) {
    for (const { status, detail, remedy } of [await check(address)].flat()) {
      if (status === "fail") throw new CliError([detail, remedy].join("\n"));
    }
  }
}
