/** Agents as the shells of VS Code's terminals find them: on the PATH, under their usual names. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { installCodex } from "../../agents/support/codex.ts";
import { installOpencode } from "../../agents/support/opencode.ts";
import type { Task } from "../../agents/support/task.ts";
import { installClaudeCode } from "../../clients/support/install.ts";

/** What each does with one prompt after the arguments that were typed: nobody sits at the terminal. */
const ONE_PROMPT: Readonly<Record<string, string>> = {
  claude: `"$@" -p "$prompt" --allowedTools Read Edit Bash`,
  codex: `-c check_for_update_on_startup=false -c analytics.enabled=false -c features.plugins=false "$@" exec --skip-git-repo-check --dangerously-bypass-approvals-and-sandbox "$prompt"`,
  opencode: `"$@" run "$prompt"`,
};

const QUIET = [
  "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC",
  "DISABLE_AUTOUPDATER",
  "DISABLE_TELEMETRY",
  "DISABLE_ERROR_REPORTING",
  "OPENCODE_DISABLE_AUTOUPDATE",
  "OPENCODE_DISABLE_MODELS_FETCH",
  "OPENCODE_DISABLE_LSP_DOWNLOAD",
  "OPENCODE_DISABLE_DEFAULT_PLUGINS",
];

export interface TerminalAgents {
  /** To be the first on the PATH. */
  readonly bin: string;
  /** From here on they do this. */
  give(task: Task): void;
  /** How one ended and what it wrote; `undefined` while it works. */
  outcome(
    name: string,
  ): { readonly code: number; readonly stdout: string; readonly stderr: string } | undefined;
}

/** @param folder in which all of them lies. */
export async function terminalAgents(folder: string): Promise<TerminalAgents> {
  const [claude, codex, opencode] = await Promise.all([
    installClaudeCode(),
    installCodex(),
    installOpencode(),
  ]);
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const [name, program] of Object.entries({ claude, codex, opencode })) {
    const script = `#!/bin/sh
export ${QUIET.map((variable) => `${variable}=1`).join(" ")}
prompt=$(cat '${join(folder, "prompt")}')
cd "$(cat '${join(folder, "place")}')" || exit
out='${join(folder, name)}'
'${program}' ${ONE_PROMPT[name] ?? ""} >"$out.out" 2>"$out.err" </dev/null
echo $? >"$out.code"
`;
    writeFileSync(join(bin, name), script);
    chmodSync(join(bin, name), 0o755);
  }
  const read = (name: string): string => readFileSync(join(folder, name), "utf8");
  return {
    bin,
    give(task) {
      writeFileSync(join(folder, "prompt"), task.prompt);
      writeFileSync(join(folder, "place"), task.folder);
    },
    outcome(name) {
      try {
        const code = read(`${name}.code`);
        return code === ""
          ? undefined
          : { code: Number(code), stdout: read(`${name}.out`), stderr: read(`${name}.err`) };
      } catch {
        return undefined;
      }
    },
  };
}
