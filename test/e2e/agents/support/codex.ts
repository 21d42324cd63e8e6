/** Codex, one prompt a run, in an empty home. */
import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { KEY_VARIABLE } from "../../../../src/recipes/recipes.ts";
import { cleanEnvironment } from "../../clients/support/environment.ts";
import { installNpm } from "../../clients/support/install.ts";
import type { Namespace } from "../../clients/support/namespace.ts";
import { Program } from "../../clients/support/program.ts";
import { connect } from "./connect.ts";

/** Installs Codex; returns its program, a native binary. */
export async function installCodex(): Promise<string> {
  const folder = await installNpm("codex", "@openai/codex@0.169.0");
  const scope = join(folder, "node_modules/@openai");
  const [platform = "none"] = (await readdir(scope)).filter((name) => name.startsWith("codex-"));
  const vendor = join(scope, platform, "vendor");
  const [target = "none"] = await readdir(vendor);
  return join(vendor, target, "bin/codex");
}

export interface CodexOptions {
  readonly program: string;
  /** Where the run's own home is made. */
  readonly home: string;
  readonly folder: string;
  /** The bridge's address without a path. */
  readonly url: string;
  readonly model: string;
  readonly prompt: string;
}

/** Starts `codex exec PROMPT`; its standard output is the final answer. */
export async function startCodex(namespace: Namespace, options: CodexOptions): Promise<Program> {
  const home = await mkdtemp(join(options.home, "codex-"));
  await mkdir(join(home, ".codex"));
  const file = join(home, ".codex/config.toml");
  await writeFile(file, OWN_CONFIG);
  await connect("codex", file, options.url);
  // The run's own folder is all that there is, and the namespace has no network: Codex's sandbox is not what is tested.
  const flags = ["--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox"];
  const child = namespace.spawn(
    options.program,
    ["exec", ...flags, "--model", options.model, "--cd", options.folder, options.prompt],
    {
      env: { ...cleanEnvironment(home), [KEY_VARIABLE]: "none" },
      cwd: options.folder,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  return new Program("Codex", child);
}

/** What a person may have in the file already. */
const OWN_CONFIG = `check_for_update_on_startup = false

[analytics]
enabled = false

[features]
plugins = false
`;
