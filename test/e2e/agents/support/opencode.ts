/** opencode, one prompt a run, in an empty home. */
import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cleanEnvironment } from "../../clients/support/environment.ts";
import { installNpm } from "../../clients/support/install.ts";
import type { Namespace } from "../../clients/support/namespace.ts";
import { Program } from "../../clients/support/program.ts";
import { connect } from "./connect.ts";

/** Installs opencode; returns its program, a native binary that needs no newer processor than any. */
export async function installOpencode(): Promise<string> {
  const folder = await installNpm("opencode", "opencode-ai@1.18.33");
  const modules = join(folder, "node_modules");
  const platforms = (await readdir(modules)).filter(
    (name) => name.startsWith("opencode-") && name !== "opencode-ai",
  );
  const platform = platforms.find((name) => name.endsWith("-baseline")) ?? platforms[0] ?? "none";
  return join(modules, platform, "bin/opencode");
}

export interface OpencodeOptions {
  readonly program: string;
  /** Where the run's own home is made. */
  readonly home: string;
  readonly folder: string;
  /** The bridge's address without a path. */
  readonly url: string;
  /** The package that speaks to the bridge; opencode brings it along. */
  readonly provider: string;
  readonly prompt: string;
}

/** Starts `opencode run PROMPT`; its standard output is what the model says. */
export async function startOpencode(namespace: Namespace, options: OpencodeOptions): Promise<Program> {
  const home = await mkdtemp(join(options.home, "opencode-"));
  await mkdir(join(home, ".config/opencode"), { recursive: true });
  const file = join(home, ".config/opencode/opencode.json");
  await writeFile(file, JSON.stringify({ autoupdate: false, share: "disabled" }));
  await connect("opencode", file, options.url);
  await setProvider(file, options.provider);
  const child = namespace.spawn(options.program, ["run", "--model", "bridge/auto", options.prompt], {
    env: {
      ...cleanEnvironment(home),
      OPENCODE_DISABLE_AUTOUPDATE: "1",
      OPENCODE_DISABLE_MODELS_FETCH: "1",
      OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
      OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
    },
    cwd: options.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Program("opencode", child);
}

/** `connect` writes the package for chat completions; the page tells which to write for the other APIs. */
async function setProvider(file: string, provider: string): Promise<void> {
  const text = await readFile(file, "utf8");
  if (!text.includes('"@ai-sdk/openai-compatible"')) throw new Error(`No provider in ${text}`);
  await writeFile(file, text.replace("@ai-sdk/openai-compatible", provider));
}
