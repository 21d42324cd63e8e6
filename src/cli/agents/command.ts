/** The commands that start an agent, and the separation of our arguments from the agent's. */
import { Command } from "commander";
import { clientUrl } from "../../joining/client-url.ts";
import { targetOf } from "../../recipes/recipes.ts";
import { addSettings, settingsOf } from "../settings.ts";
import { AGENT_NAMES, AGENTS } from "./agents.ts";

export interface Arguments {
  /** Ours, with the agent's name at the end. */
  readonly own: readonly string[];
  /** The agent's, unchanged. */
  readonly agents: readonly string[];
  /** Whether any command is named among ours. */
  readonly isCommandNamed: boolean;
}

/** All arguments after an agent's name belong to the agent, even if they look like ours. */
export function splitArguments(args: readonly string[]): Arguments {
  const all = { own: args, agents: [], isCommandNamed: false };
  const probe = addSettings(new Command()).exitOverride().passThroughOptions();
  probe.configureOutput({ writeErr: () => undefined });
  try {
    const [first, ...agents] = probe.parseOptions([...args]).operands;
    const named = AGENT_NAMES.some((name) => name === first);
    if (!named) return { ...all, isCommandNamed: first !== undefined };
    return { own: args.slice(0, args.length - agents.length), agents, isCommandNamed: true };
  } catch {
    // A mistake in our own options is reported where they are parsed.
    return all;
  }
}

export function addAgents(
  program: Command,
  args: readonly string[],
  onExit: (exitCode: number) => void,
): void {
  for (const name of AGENT_NAMES) {
    program
      .command(name)
      .helpGroup("Use:")
      .description(`start ${AGENTS[name].title}, connected to the running bridge`)
      .usage("[its own arguments]")
      .action(async () => {
        const { host, port, apiKey } = settingsOf(program);
        const target = targetOf(clientUrl(host, port), apiKey);
        const { runAgent } = await import("./run-agent.ts");
        onExit(await runAgent(name, args, { ...target, key: apiKey[0] ?? target.key }));
      });
  }
}
