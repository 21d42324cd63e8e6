/** aider, one message a run, in an empty home. */
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cleanEnvironment } from "../../clients/support/environment.ts";
import type { Namespace } from "../../clients/support/namespace.ts";
import { Program } from "../../clients/support/program.ts";

const MODEL = "openai/auto";

const FLAGS = [
  ["--yes-always", "--no-git", "--no-pretty", "--no-suggest-shell-commands", "--no-auto-lint"],
  ["--analytics-disable", "--no-check-update", "--no-show-release-notes", "--no-show-model-warnings"],
].flat();

export interface AiderOptions {
  /** The `bin` folder with aider. */
  readonly bin: string;
  /** Where the run's own home is made. */
  readonly home: string;
  readonly folder: string;
  /** The bridge's address without a path. */
  readonly url: string;
  readonly message: string;
  readonly stream: boolean;
  /** Tokens after which an answer is cut; aider then asks for the rest. Without it, it sets no limit. */
  readonly maxTokens?: number;
}

/** Starts `aider --message MESSAGE notes.txt`. */
export async function startAider(namespace: Namespace, options: AiderOptions): Promise<Program> {
  const home = await mkdtemp(join(options.home, "aider-"));
  const { maxTokens } = options;
  // JSON is YAML too.
  const settings = join(home, "settings.yml");
  await writeFile(
    settings,
    JSON.stringify([
      {
        name: MODEL,
        edit_format: "diff",
        ...(maxTokens !== undefined && { extra_params: { max_tokens: maxTokens } }),
      },
    ]),
  );
  const metadata = join(home, "metadata.json");
  await writeFile(
    metadata,
    JSON.stringify({
      [MODEL]: {
        litellm_provider: "openai",
        mode: "chat",
        max_input_tokens: 100_000,
        supports_assistant_prefill: true,
      },
    }),
  );
  const files = ["--model-settings-file", settings, "--model-metadata-file", metadata];
  const flags = [...FLAGS, options.stream ? "--stream" : "--no-stream", ...files];
  const child = namespace.spawn(
    join(options.bin, "aider"),
    ["--model", MODEL, ...flags, "--message", options.message, "notes.txt"],
    {
      env: {
        ...cleanEnvironment(home),
        OPENAI_API_BASE: `${options.url}/v1`,
        OPENAI_API_KEY: "none",
        LITELLM_LOCAL_MODEL_COST_MAP: "True",
      },
      cwd: options.folder,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  return new Program("aider", child);
}
