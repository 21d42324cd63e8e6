/** The LiteLLM proxy before the bridge, started as its documentation says. */
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { cleanEnvironment } from "./environment.ts";
import type { Namespace } from "./namespace.ts";
import { Program } from "./program.ts";

const CONFIG = join(import.meta.dirname, "../litellm-config.yaml");
const PORT = 4000;
/** It imports a great deal, the more so at its first start. */
const START_MS = 120_000;

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
  const child = namespace.spawn(
    join(options.bin, "python"),
    [join(options.bin, "litellm"), "--config", CONFIG, "--host", "127.0.0.1", "--port", String(PORT)],
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
