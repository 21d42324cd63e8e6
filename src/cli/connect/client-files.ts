/** `mcptb connect CLIENT --write`: which file of the client says what, and how it is started then. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { FileEdit } from "../edit/edit-files.ts";
import { editJson } from "../edit/json.ts";
import { valueAt } from "../edit/member.ts";
import { editToml } from "../edit/toml.ts";
import { codexConfig, codexMembers, opencodeMembers } from "../recipes/agents.ts";
import { claudeCodeMembers, KEY_VARIABLE, NO_KEY, liteLlmCommand, type Target } from "../recipes/recipes.ts";
import { withEnv, type Shell } from "../recipes/shell.ts";
import type { Surroundings } from "./vscode-entry.ts";
import { editLiteLlm } from "./litellm-file.ts";

export interface ClientFile {
  /** Where the client looks for it. */
  readonly place: (surroundings: Surroundings) => string;
  readonly edit: (file: string, target: Target) => FileEdit["edit"];
  /** What to do when it is written. */
  readonly next: (file: string, target: Target, shell: Shell) => string;
}

const CODEX_PROVIDER = "bridge";
const TOKEN = ["env", "ANTHROPIC_AUTH_TOKEN"];

export const CLIENT_FILES = {
  "claude-code": {
    place: ({ home, env }) =>
      path.join(env["CLAUDE_CONFIG_DIR"] || path.join(home, ".claude"), "settings.json"),
    edit: (file, target) => (before) =>
      editJson(file, before, (content) => [
        ...claudeCodeMembers(target),
        // The file wins over the shell, where the key must be.
        ...(target.needsKey && valueAt(content, TOKEN) === NO_KEY ? [{ path: TOKEN, value: undefined }] : []),
      ]),
    next: (file, { key, needsKey }, shell) =>
      needsKey
        ? `Start it with one of the bridge's keys for ${key}, which ${file} does not hold:\n` +
          withEnv(shell, { ANTHROPIC_AUTH_TOKEN: key }, "claude")
        : "Start it: claude",
  },
  codex: {
    place: ({ home, env }) => path.join(env["CODEX_HOME"] || path.join(home, ".codex"), "config.toml"),
    edit: (file, target) => (before) =>
      before === undefined
        ? `${codexConfig(target)}\n`
        : editToml(file, before, (content) =>
            // Whoever has the bridge already may have chosen a model by name.
            codexMembers(target).map((member) =>
              member.path[0] === "model" && valueAt(content, ["model_provider"]) === CODEX_PROVIDER
                ? { ...member, keep: true }
                : member,
            ),
          ),
    next: (_, target, shell) => startWithKey(target, shell, "codex"),
  },
  opencode: {
    place: ({ home, env }) => {
      const folder = path.join(env["XDG_CONFIG_HOME"] || path.join(home, ".config"), "opencode");
      const withComments = path.join(folder, "opencode.jsonc");
      return existsSync(withComments) ? withComments : path.join(folder, "opencode.json");
    },
    edit: (file, target) => (before) =>
      editJson(file, before, (content) =>
        opencodeMembers(target).map((member) => {
          const there = valueAt(content, member.path);
          return typeof there === "string" && there.startsWith("bridge/")
            ? { ...member, keep: true }
            : member;
        }),
      ),
    next: (_, target, shell) =>
      target.needsKey ? startWithKey(target, shell, "opencode") : "Start it: opencode",
  },
  litellm: {
    place: () => "litellm.yaml",
    edit: (file, target) => (before) => editLiteLlm(file, before, target),
    next: (file, target, shell) => `Start it:\n${liteLlmCommand(target, shell, file)}`,
  },
} as const satisfies Readonly<Record<string, ClientFile>>;

function startWithKey({ key, needsKey }: Target, shell: Shell, command: string): string {
  const which = needsKey ? `with one of the bridge's keys for ${key}` : "the key may be any text";
  return `Start it (${which}):\n${withEnv(shell, { [KEY_VARIABLE]: key }, command)}`;
}
