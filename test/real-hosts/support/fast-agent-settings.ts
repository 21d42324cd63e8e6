import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What a person writes to lend fast-agent's model: the provider, the model, the bridge as a server. JSON is YAML. */
export async function writeFastAgentSettings(
  folder: string,
  { bridge, model }: { readonly bridge: readonly string[]; readonly model: string },
): Promise<void> {
  const [command, ...args] = bridge;
  const settings = {
    default_model: "generic.scripted-model",
    generic: { api_key: "none", base_url: `${model}/v1` },
    // By default it asks a failing model for half a minute before it tells of the failure.
    llm_retries: 0,
    logger: { progress_display: false, show_chat: false, show_tools: false },
    mcp: { servers: { bridge: { command, args, protocol_mode: "legacy" } } },
  };
  await writeFile(join(folder, "fast-agent.yaml"), JSON.stringify(settings));
}
