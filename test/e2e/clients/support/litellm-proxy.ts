/** The LiteLLM proxy before the bridge, with the configuration that `mcptb connect litellm` prints. */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { liteLlmConfig, targetOf } from "../../../../src/recipes/recipes.ts";
import { BRIDGE_URL } from "./bridge.ts";
import { cleanEnvironment } from "./environment.ts";
import type { Namespace } from "./namespace.ts";
import { Program } from "./program.ts";

const PORT = 4000;
/** It imports a great deal, the more so at its first start. */
const START_MS = 120_000;

/**
 * The printed configuration has the model `bridge`, over our messages. A second one, over our chat completions, is
 * added here; for it LiteLLM must be told not to use the Responses API when it is asked for messages.
 */
function configuration(): string {
  const target = targetOf(BRIDGE_URL, []);
  return `${liteLlmConfig(target).replace(
    "model_list:",
    `model_list:
  - model_name: bridge-chat
    litellm_params:
      model: openai/auto
      api_base: ${target.url}/v1
      api_key: ${target.key}`,
  )}
litellm_settings:
  use_chat_completions_url_for_anthropic_messages: true
`;
}

export interface LiteLlmProxy {
  readonly url: string;
  readonly key: string;
  /** Everything that it printed. */
  output(): string;
  stop(): Promise<void>;
}

/** Starts the proxy and waits until it listens. The bridge need not be there yet. */
export async function startLiteLlmProxy(
  namespace: Namespace,
  options: { readonly bin: string; readonly home: string },
): Promise<LiteLlmProxy> {
  const key = `sk-${randomBytes(24).toString("hex")}`;
  const config = join(options.home, "litellm.yaml");
  await writeFile(config, configuration());
  const child = namespace.spawn(
    join(options.bin, "python"),
    [join(options.bin, "litellm"), "--config", config, "--host", "127.0.0.1", "--port", String(PORT)],
    {
      env: {
        ...cleanEnvironment(options.home),
        LITELLM_MASTER_KEY: key,
        LITELLM_LOCAL_MODEL_COST_MAP: "True",
        LITELLM_TELEMETRY: "False",
      },
      cwd: options.home,
    },
  );
  const program = new Program("the LiteLLM proxy", child);
  await program.until(/running on http:\/\/127\.0\.0\.1:4000/, START_MS);
  return {
    url: `http://127.0.0.1:${PORT}`,
    key,
    output: () => program.output,
    stop: () => program.end(),
  };
}
