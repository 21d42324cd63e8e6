/** The settings files of hosts that are set up by one, as a person would write them. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

/** `auto` is what hosts do that nobody told anything: the modern era, if the server knows it. */
export type Era = "legacy" | "modern" | "auto";

export interface Wiring {
  /** The model's address without a path. */
  readonly model: string;
  /** The command that starts the bridge, or the address of one that runs. */
  readonly bridge: readonly string[] | string;
  readonly era: Era;
}

/** Writes into the folder that the host starts in. */
export type WriteSettings = (folder: string, wiring: Wiring) => Promise<void>;

export const fastAgentSettings: WriteSettings = async (folder, { model, bridge, era }) => {
  const settings = {
    default_model: "generic.scripted-model",
    generic: { api_key: "none", base_url: `${model}/v1` },
    // By default it asks a failing model for half a minute before it tells of the failure.
    llm_retries: 0,
    logger: { progress_display: false, show_chat: false, show_tools: false },
    mcp: {
      servers: {
        bridge: {
          ...(typeof bridge === "string" && { transport: "http" }),
          ...server(bridge),
          protocol_mode: era,
        },
      },
    },
  };
  // JSON is YAML.
  await writeFile(join(folder, "fast-agent.yaml"), JSON.stringify(settings));
};

/** pi with its model, and its adapter with the bridge. */
export const piSettings: WriteSettings = async (folder, { model, bridge, era }) => {
  const models = {
    providers: {
      scripted: {
        baseUrl: `${model}/v1`,
        api: "openai-completions",
        apiKey: "none",
        models: [{ id: "scripted-model" }],
      },
    },
  };
  const mcp = {
    settings: { samplingAutoApprove: true },
    mcpServers: { bridge: { ...server(bridge), lifecycle: "keep-alive", protocolVersion: era } },
  };
  await writeFile(join(folder, "models.json"), JSON.stringify(models));
  await writeFile(join(folder, "mcp.json"), JSON.stringify(mcp));
};

function server(bridge: readonly string[] | string): object {
  if (typeof bridge === "string") return { url: bridge };
  const [command, ...args] = bridge;
  return { command, args };
}
