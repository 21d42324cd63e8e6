/** The agents that can be started already pointed at the bridge. */
import { codexFlags } from "../../recipes/agents.ts";
import { claudeCodeEnv, KEY_VARIABLE, type Target } from "../../recipes/recipes.ts";

export interface Agent {
  readonly title: string;
  /** How to get it. */
  readonly install: string;
  /** Put before the person's own arguments, which so have the last word. */
  readonly flags: (target: Target) => readonly string[];
  /** Variables to set; `undefined` takes one away. */
  readonly env: (target: Target) => Readonly<Record<string, string | undefined>>;
}

export const AGENTS = {
  claude: {
    title: "Claude Code",
    install: "npm install -g @anthropic-ai/claude-code",
    flags: () => [],
    // A key of Anthropic's would be sent along with the bridge's, to a server that it is not for.
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
