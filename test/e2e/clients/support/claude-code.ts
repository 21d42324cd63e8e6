/** Claude Code, one prompt a run, in an empty home and an empty folder. */
import { mkdir, mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { cleanEnvironment } from "./environment.ts";
import type { Namespace } from "./namespace.ts";
import { Program } from "./program.ts";

export interface ClaudeCodeOptions {
  readonly program: string;
  /** Where the run's own home is made. */
  readonly home: string;
  /** Where it works; without it, an empty folder of its own. */
  readonly folder?: string;
  /** What points it at the bridge or the proxy. */
  readonly env: Readonly<Record<string, string>>;
  readonly prompt: string;
  readonly args?: readonly string[];
}

/** Starts `claude -p PROMPT`. */
export async function startClaudeCode(namespace: Namespace, options: ClaudeCodeOptions): Promise<Program> {
  const home = await mkdtemp(join(options.home, "claude-"));
  const cwd = options.folder ?? join(home, "project");
  await mkdir(cwd, { recursive: true });
  const child = namespace.spawn(options.program, ["-p", options.prompt, ...(options.args ?? [])], {
    env: {
      ...cleanEnvironment(home),
      ...options.env,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      DISABLE_TELEMETRY: "1",
      DISABLE_ERROR_REPORTING: "1",
    },
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Program("Claude Code", child);
}
