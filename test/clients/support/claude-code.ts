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
  readonly url: string;
  readonly key: string;
  readonly model: string;
  readonly prompt: string;
  readonly args?: readonly string[];
  /** How often it tries again; undefined: as often as it does by itself, ten times. */
  readonly retries?: number | undefined;
}

/** Starts `claude -p PROMPT`. */
export async function startClaudeCode(namespace: Namespace, options: ClaudeCodeOptions): Promise<Program> {
  const home = await mkdtemp(join(options.home, "claude-"));
  const cwd = options.folder ?? join(home, "project");
  await mkdir(cwd, { recursive: true });
  const child = namespace.spawn(options.program, ["-p", options.prompt, ...(options.args ?? [])], {
    env: {
      ...cleanEnvironment(home),
      ANTHROPIC_BASE_URL: options.url,
      ANTHROPIC_AUTH_TOKEN: options.key,
      ANTHROPIC_MODEL: options.model,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      DISABLE_AUTOUPDATER: "1",
      DISABLE_TELEMETRY: "1",
      DISABLE_ERROR_REPORTING: "1",
      ...(options.retries !== undefined && { CLAUDE_CODE_MAX_RETRIES: String(options.retries) }),
    },
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Program("Claude Code", child);
}
