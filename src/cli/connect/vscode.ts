/** `mcptb connect vscode`: the bridge's entry in VS Code's files. */
import type { FileEdit } from "../../client-files/change.ts";
import { isDeepStrictEqual } from "node:util";
import { editJson, readJson } from "../../client-files/json.ts";
import { undo } from "../../client-files/undo.ts";
import { nothingOurs } from "../edit/edit-files.ts";
import type { Member } from "../../recipes/member.ts";
import { PERMISSION, SERVER_NAME, type Place, type ServerEntry } from "./vscode-entry.ts";
import { say } from "../../util/say.ts";

export interface VscodeOptions {
  readonly place: Place;
  readonly entry: ServerEntry;
  /** Also give the permission to sample, on the person's request. */
  readonly allowSampling: boolean;
}

export function vscodeEdits({ place, entry, allowSampling }: VscodeOptions): FileEdit[] {
  const { mcpFile, settingsFile, permissionKey } = place;
  const server = edit(mcpFile, serverPath, entry);
  if (!allowSampling) return [server];
  return [server, edit(settingsFile, permissionPath(permissionKey), PERMISSION)];
}

const serverPath = ["servers", SERVER_NAME];

function permissionPath(key: string): string[] {
  return ["chat.mcp.serverSampling", key];
}

/** Removes what was written; a permission that the person has given in VS Code stays. */
export function vscodeUndoes({ mcpFile, settingsFile, permissionKey }: Place): FileEdit[] {
  return [
    undoing(mcpFile, serverPath, () => true),
    undoing(settingsFile, permissionPath(permissionKey), (value) =>
      isDeepStrictEqual(structuredClone(value), PERMISSION),
    ),
  ];
}

function undoing(file: string, path: readonly string[], isOurs: (value: unknown) => boolean): FileEdit {
  const format = {
    read: (text: string) => readJson(file, text),
    set: (text: string, members: readonly Member[]) => editJson(file, text, () => members),
  };
  const written = { members: () => [{ path, value: undefined }], entries: [{ path, isOurs }] };
  return {
    file,
    unchanged: nothingOurs(),
    edit: (before, backup) => (before === undefined ? undefined : undo(before, backup(), format, written)),
  };
}

function edit(file: string, path: readonly string[], value: unknown): FileEdit {
  return { file, edit: (before) => editJson(file, before, () => [{ path, value }]) };
}

/** The next steps after writing. */
export function vscodeAdvice({ place, allowSampling }: VscodeOptions): string {
  const consent = allowSampling
    ? say`${SERVER_NAME} may then use your models without asking. To undo that, remove the line from
${place.settingsFile}.`
    : say`At the first request VS Code asks whether the server may use your models. The question hides after ten
seconds; look at the bell at the bottom right. To answer it here and now, add --allow-sampling, which sets
"chat.mcp.serverSampling" for this server in ${place.settingsFile}.`;
  const start = say`Start the server in VS Code: MCP: List Servers > ${SERVER_NAME} > Start Server.`;
  const models = say`To choose the models it may use: MCP: List Servers > Configure Model Access. "mcptb doctor" checks every step.`;
  return `\n${start}\n${consent}\n${models}\n`;
}
