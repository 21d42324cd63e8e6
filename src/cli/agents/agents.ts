/** The agents that can be started with the bridge as their API. */
import { codexFlags } from "../../recipes/agents.ts";
import { claudeCodeEnv, KEY_VARIABLE, type Target } from "../../recipes/recipes.ts";

export interface Agent {
  readonly title: string;
  /** The command that installs it. */
  readonly install: string;
  /** Put before the person's own arguments, so that those win. */
  readonly flags: (target: Target) => readonly string[];
  /** Environment variables to set; `undefined` removes one. */
  readonly env: (target: Target) => Readonly<Record<string, string | undefined>>;
}

export const AGENTS = {
  claude: {
    title: "Claude Code",
    install: "npm install -g @anthropic-ai/claude-code",
    flags: () => [],
    // A key for Anthropic would be sent to the bridge beside the bridge's own key.
    env: (target) => ({ ...claudeCodeEnv(target), ANTHROPIC_API_KEY: undefined }),
  },
  codex: {
    title: "Codex",
    install: "npm install -g @openai/codex",
    flags: codexFlags,
    env: ({ key }) => ({ [KEY_VARIABLE]: key }),
  },
} as const satisfies Readonly<Record<string, Agent>>;

export type AgentName = keyof typeof AGENTS;
export const AGENT_NAMES: readonly AgentName[] = ["claude", "codex"];
