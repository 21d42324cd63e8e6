/** Gemini CLI, one prompt a run, in an empty home. */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { geminiEnv, geminiSettings, targetOf } from "../../../../src/recipes/recipes.ts";
import { cleanEnvironment } from "../../clients/support/environment.ts";
import { installNpm } from "../../clients/support/install.ts";
import type { Namespace } from "../../clients/support/namespace.ts";
import { Program } from "../../clients/support/program.ts";

/** Installs Gemini CLI; returns its program, which Node runs. */
export async function installGeminiCli(): Promise<string> {
  const folder = await installNpm("gemini-cli", "@google/gemini-cli@0.61.0");
  return join(folder, "node_modules/@google/gemini-cli/bundle/gemini.js");
}

export interface GeminiCliOptions {
  readonly program: string;
  /** Where the run's own home is made. */
  readonly home: string;
  readonly folder: string;
  /** The bridge's address without a path. */
  readonly url: string;
  readonly model: string;
  readonly prompt: string;
}

/** Starts `gemini --prompt PROMPT`; its standard output is what the model says. */
export async function startGeminiCli(namespace: Namespace, options: GeminiCliOptions): Promise<Program> {
  const home = await mkdtemp(join(options.home, "gemini-"));
  await mkdir(join(home, ".gemini"));
  await writeFile(join(home, ".gemini/settings.json"), JSON.stringify(OWN_SETTINGS));
  const flags = ["--approval-mode", "yolo", "--skip-trust", "--model", options.model];
  const child = namespace.spawn(process.execPath, [options.program, ...flags, "--prompt", options.prompt], {
    env: { ...cleanEnvironment(home), ...geminiEnv(targetOf(options.url, [])) },
    cwd: options.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Program("Gemini CLI", child);
}

/** What a person may have set already, and what `mcptb connect gemini-cli` says. */
const OWN_SETTINGS = {
  ...geminiSettings(),
  general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
  privacy: { usageStatisticsEnabled: false },
  telemetry: { enabled: false },
};
