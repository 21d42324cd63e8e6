/** `mcptb connect vscode`: the bridge's entry in VS Code's files. */
import type { FileEdit } from "../edit/edit-files.ts";
import { editJson } from "../edit/json.ts";
import { PERMISSION, SERVER_NAME, type Place, type ServerEntry } from "./vscode-entry.ts";

export interface VscodeOptions {
  readonly place: Place;
  readonly entry: ServerEntry;
  /** Also gives the permission to sample, which is the person's to give. */
  readonly allowSampling: boolean;
}

export function vscodeEdits({ place, entry, allowSampling }: VscodeOptions): FileEdit[] {
  const { mcpFile, settingsFile, permissionKey } = place;
  const server = edit(mcpFile, ["servers", SERVER_NAME], entry);
  if (!allowSampling) return [server];
  return [server, edit(settingsFile, ["chat.mcp.serverSampling", permissionKey], PERMISSION)];
}

function edit(file: string, path: readonly string[], value: unknown): FileEdit {
  return { file, edit: (before) => editJson(file, before, () => [{ path, value }]) };
}

/** What to do when it is written. */
export function vscodeAdvice({ place, allowSampling }: VscodeOptions): string {
  const consent = allowSampling
    ? `${SERVER_NAME} may then use your models without a question. To take that back, remove the line from\n` +
      `${place.settingsFile}.`
    : "At the first request VS Code asks whether the server may use your models. The question hides after ten\n" +
      "seconds; look at the bell at the bottom right. To answer it here and now, add --allow-sampling, which sets\n" +
      `"chat.mcp.serverSampling" for this server in ${place.settingsFile}.`;
  return (
    `\nStart the server in VS Code: MCP: List Servers > ${SERVER_NAME} > Start Server.\n${consent}\n` +
    "Which models it may use: MCP: List Servers > Configure Model Access. `mcptb doctor` checks the whole way.\n"
  );
}
