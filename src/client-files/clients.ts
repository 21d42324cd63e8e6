/** `mcptb connect CLIENT --write`: which file of the client says what, and how it is started then. */
import { existsSync } from "node:fs";
import path from "node:path";
import type { FileEdit } from "./change.ts";
import { editJson, readJson } from "./json.ts";
import { valueAt, type Member } from "../recipes/member.ts";
import { editToml, readToml } from "./toml.ts";
import { undo, type Format, type Written } from "./undo.ts";
import { codexConfig, codexMembers, opencodeMembers } from "../recipes/agents.ts";
import { claudeCodeMembers, KEY_VARIABLE, NO_KEY, liteLlmCommand, type Target } from "../recipes/recipes.ts";
import { CLAUDE_CODE_LIMITS, LARGE_WINDOW_MODEL } from "../recipes/prompt-limits.ts";
import { withEnv, type Shell } from "../recipes/shell.ts";
import { editLiteLlm, undoLiteLlm } from "./litellm.ts";
import { say } from "../util/say.ts";

/** Of the computer on which the files are. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ClientFile {
  /** Where the client looks for it. */
  readonly place: (surroundings: Surroundings) => string;
  readonly edit: (file: string, target: Target) => FileEdit["edit"];
  /** Takes back what `edit` has written, for whatever address and key. */
  readonly undo: (file: string, target: Target) => FileEdit["edit"];
  /** It may hold keys of the person. */
  readonly secret: boolean;
  /** What to do when it is written. */
  readonly next: (file: string, target: Target, shell: Shell) => string;
}

const CODEX_PROVIDER = "bridge";
const URL_OF_CLAUDE = ["env", "ANTHROPIC_BASE_URL"];
const TOKEN = ["env", "ANTHROPIC_AUTH_TOKEN"];
const LIMITS_OF_CLAUDE = CLAUDE_CODE_LIMITS.map((name) => ["env", name]);
const CODEX_WINDOW = ["model_context_window"];
const PROVIDER_OF_OPENCODE = ["provider", "bridge"];

function claudeMembers(target: Target, content: unknown): Member[] {
  return [
    ...claudeCodeMembers(target),
    // The file wins over the shell, where the key must be.
    ...(target.needsKey && valueAt(content, TOKEN) === NO_KEY ? [{ path: TOKEN, value: undefined }] : []),
  ];
}

function codexWanted(target: Target, content: unknown): Member[] {
  // Whoever has the bridge already may have chosen a model by name, whose window is another one.
  const isChosen =
    valueAt(content, ["model_provider"]) === CODEX_PROVIDER &&
    ![undefined, "auto"].includes(valueAt(content, ["model"]) as string | undefined);
  return codexMembers(target)
    .filter(({ path }) => !isChosen || path[0] !== CODEX_WINDOW[0])
    .map((member) => (isChosen && member.path[0] === "model" ? { ...member, keep: true } : member));
}

/** All that a write may set; a window that is not told says no less what name it has. */
function codexMayBe(target: Target): Member[] {
  return codexMembers({ ...target, limits: { auto: 1 } });
}

function opencodeWanted(target: Target, content: unknown): Member[] {
  return opencodeMembers(target).map((member) =>
    isOfBridge(valueAt(content, member.path)) ? { ...member, keep: true } : member,
  );
}

function isOfBridge(model: unknown): boolean {
  return typeof model === "string" && model.startsWith("bridge/");
}

/** Nothing in the file but what a write into no file makes. */
function opencodeIsOurs(content: unknown): boolean {
  const names = Object.keys(content as object);
  return names.every((name) => ["$schema", "model", "small_model", "provider"].includes(name));
}

function json(file: string): Format {
  return {
    read: (text) => readJson(file, text),
    set: (text, members) => editJson(file, text, () => members),
  };
}

function toml(file: string): Format {
  return {
    read: (text) => readToml(file, text),
    set: (text, members) => editToml(file, text, () => members),
  };
}

export const CLIENT_FILES = {
  "claude-code": {
    place: ({ home, env }) =>
      path.join(env["CLAUDE_CONFIG_DIR"] || path.join(home, ".claude"), "settings.json"),
    edit: (file, target) => (before) => editJson(file, before, (content) => claudeMembers(target, content)),
    undo: (file, target) =>
      undoing(json(file), {
        members: (content) => [
          ...claudeMembers({ ...target, needsKey: valueAt(content, TOKEN) === undefined }, content),
          ...LIMITS_OF_CLAUDE.map((path) => ({ path, value: undefined })),
        ],
        entries: [
          ...LIMITS_OF_CLAUDE.map((path) => ({
            path,
            isOurs: (value: unknown, content: unknown) =>
              valueAt(content, URL_OF_CLAUDE) === target.url &&
              (path[1] !== "ANTHROPIC_MODEL" || value === LARGE_WINDOW_MODEL),
          })),
          { path: URL_OF_CLAUDE, isOurs: (url) => url === target.url },
          {
            path: TOKEN,
            isOurs: (token, content) => token === NO_KEY && valueAt(content, URL_OF_CLAUDE) === target.url,
          },
        ],
      }),
    secret: true,
    next: (file, { key, needsKey }, shell) =>
      needsKey
        ? say`Start it with one of the bridge's keys for ${key}, which ${file} does not hold:\n${withEnv(shell, { ANTHROPIC_AUTH_TOKEN: key }, "claude")}`
        : say`Start it: ${"claude"}`,
  },
  codex: {
    place: ({ home, env }) => path.join(env["CODEX_HOME"] || path.join(home, ".codex"), "config.toml"),
    edit: (file, target) => (before) =>
      before === undefined
        ? `${codexConfig(target)}\n`
        : editToml(file, before, (content) => codexWanted(target, content)),
    undo: (file, target) =>
      undoing(toml(file), {
        members: () => codexMayBe(target),
        entries: [
          {
            path: ["model"],
            isOurs: (model, content) =>
              model === "auto" && valueAt(content, ["model_provider"]) === CODEX_PROVIDER,
          },
          {
            path: CODEX_WINDOW,
            isOurs: (_, content) => valueAt(content, ["model_provider"]) === CODEX_PROVIDER,
          },
          { path: ["model_provider"], isOurs: (provider) => provider === CODEX_PROVIDER },
          { path: ["model_providers", CODEX_PROVIDER], isOurs: () => true },
        ],
      }),
    secret: true,
    next: (_, target, shell) => startWithKey(target, shell, "codex"),
  },
  opencode: {
    place: ({ home, env }) => {
      const folder = path.join(env["XDG_CONFIG_HOME"] || path.join(home, ".config"), "opencode");
      const withComments = path.join(folder, "opencode.jsonc");
      return existsSync(withComments) ? withComments : path.join(folder, "opencode.json");
    },
    edit: (file, target) => (before) => editJson(file, before, (content) => opencodeWanted(target, content)),
    undo: (file, target) =>
      undoing(json(file), {
        members: () => opencodeMembers(target),
        entries: [
          { path: ["model"], isOurs: isOfBridge },
          { path: ["small_model"], isOurs: isOfBridge },
          { path: PROVIDER_OF_OPENCODE, isOurs: () => true },
          {
            path: ["$schema"],
            isOurs: (_, content) =>
              valueAt(content, PROVIDER_OF_OPENCODE) !== undefined && opencodeIsOurs(content),
          },
        ],
      }),
    secret: true,
    next: (_, target, shell) =>
      target.needsKey ? startWithKey(target, shell, "opencode") : say`Start it: ${"opencode"}`,
  },
  litellm: {
    place: () => "litellm.yaml",
    edit: (file, target) => (before) => editLiteLlm(file, before, target),
    undo: (file) => (before, backup) =>
      before === undefined ? undefined : undoLiteLlm(file, before, backup()),
    secret: false,
    next: (file, target, shell) => say`Start it:\n${liteLlmCommand(target, shell, file)}`,
  },
} as const satisfies Readonly<Record<string, ClientFile>>;

function undoing(format: Format, written: Written): FileEdit["edit"] {
  return (before, backup) => (before === undefined ? undefined : undo(before, backup(), format, written));
}

function startWithKey({ key, needsKey }: Target, shell: Shell, command: string): string {
  const which = needsKey ? say`with one of the bridge's keys for ${key}` : say`the key may be any text`;
  return say`Start it (${which}):\n${withEnv(shell, { [KEY_VARIABLE]: key }, command)}`;
}
