import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** `auto` is what hosts do that nobody told anything: the modern era, if the server knows it. */
export type Era = "legacy" | "modern" | "auto";

export interface FastAgentOptions {
  /** The model's address without a path. */
  readonly model: string;
  /** The command that starts the bridge, or the address of one that runs. */
  readonly bridge: readonly string[] | string;
  readonly era: Era;
}

/** What a person writes to lend fast-agent's model: the provider, the model, the bridge as a server. JSON is YAML. */
export async function writeFastAgentSettings(
  folder: string,
  { model, bridge, era }: FastAgentOptions,
): Promise<void> {
  const settings = {
    default_model: "generic.scripted-model",
    generic: { api_key: "none", base_url: `${model}/v1` },
    // By default it asks a failing model for half a minute before it tells of the failure.
    llm_retries: 0,
    logger: { progress_display: false, show_chat: false, show_tools: false },
    mcp: { servers: { bridge: { ...server(bridge), protocol_mode: era } } },
  };
  await writeFile(join(folder, "fast-agent.yaml"), JSON.stringify(settings));
}

function server(bridge: readonly string[] | string): object {
  if (typeof bridge === "string") return { transport: "http", url: bridge };
  const [command, ...args] = bridge;
  return { command, args };
}
