/** Continue's `cn` with its Ollama provider, one prompt a run, in an empty home. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cleanEnvironment } from "../../clients/support/environment.ts";
import { installNpm } from "../../clients/support/install.ts";
import type { Namespace } from "../../clients/support/namespace.ts";
import { Program } from "../../clients/support/program.ts";

/** Installs it; returns its program, which Node runs. */
export async function installContinue(): Promise<string> {
  const folder = await installNpm("continue", "@continuedev/cli@1.5.47");
  return join(folder, "node_modules/@continuedev/cli/dist/cn.js");
}

export interface ContinueOptions {
  readonly program: string;
  /** Where the run's own home is made. */
  readonly home: string;
  readonly folder: string;
  /** The bridge's address without a path, which is what it takes for an Ollama. */
  readonly url: string;
  readonly prompt: string;
}

/** Starts `cn --print --auto PROMPT`; its standard output is what the model says last. */
export async function startContinue(namespace: Namespace, options: ContinueOptions): Promise<Program> {
  const home = await mkdtemp(join(options.home, "continue-"));
  const config = join(home, "config.yaml");
  await mkdir(join(home, ".continue"));
  await writeFile(config, configFor(options.url));
  const args = [options.program, "--config", config, "--auto", "--print", options.prompt];
  const child = namespace.spawn(process.execPath, args, {
    env: {
      ...cleanEnvironment(home),
      CONTINUE_GLOBAL_DIR: join(home, ".continue"),
      CONTINUE_TELEMETRY_ENABLED: "0",
    },
    cwd: options.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Program("Continue", child);
}

/** As `docs/clients/ollama.md` has it. */
function configFor(url: string): string {
  return `name: Bridge
version: 1.0.0
schema: v1
models:
  - name: Bridge
    provider: ollama
    model: auto
    apiBase: ${url}
    roles: [chat, edit, apply]
    capabilities: [tool_use]
`;
}
