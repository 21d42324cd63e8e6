/** How Codex and opencode are pointed at the bridge: their config files, and Codex's command line. */
import type { Target } from "./recipes.ts";

/** The variable from which Codex takes the bridge's key. */
export const CODEX_KEY_VARIABLE = "MCPTB_KEY";

const CODEX_CHOICE = { model_provider: "bridge", model: "auto" };

function codexProvider({ url }: Target): Readonly<Record<string, string>> {
  return {
    name: "MCPTokenBridge",
    base_url: `${url}/v1`,
    env_key: CODEX_KEY_VARIABLE,
    wire_api: "responses",
  };
}

/** For `~/.codex/config.toml`. */
export function codexConfig(target: Target): string {
  return `${toml(CODEX_CHOICE).join("\n")}

[model_providers.bridge]
${toml(codexProvider(target)).join("\n")}`;
}

/** The same for one run; what is written in the config file stays as it is. */
export function codexFlags(target: Target): string[] {
  const provider = toml(codexProvider(target)).map((line) => `model_providers.bridge.${line}`);
  return [...toml(CODEX_CHOICE), ...provider].flatMap((line) => ["-c", line.replace(" = ", "=")]);
}

/** A basic string of TOML takes the same escapes as one of JSON. */
function toml(values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
}

/** For `opencode.json`. `npm` is the package that speaks to the bridge; opencode brings it along. */
export function opencodeConfig({ url, key }: Target, npm = "@ai-sdk/openai-compatible"): object {
  return {
    $schema: "https://opencode.ai/config.json",
    model: "bridge/auto",
    small_model: "bridge/auto",
    provider: {
      bridge: {
        npm,
        name: "MCPTokenBridge",
        options: { baseURL: `${url}/v1`, apiKey: key },
        models: { auto: { name: "Model of the MCP host", limit: { context: 128_000, output: 32_000 } } },
      },
    },
  };
}
