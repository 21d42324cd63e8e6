/** The bridge's entries in VS Code's files. */
import path from "node:path";
import type { Surroundings } from "../../client-files/clients.ts";
import { PACKAGE, VERSION } from "../../util/package.ts";
import { isFromRegistry } from "../own-program.ts";

export const SERVER_NAME = "mcp-token-bridge";

export interface Place {
  /** The file with the servers. */
  readonly mcpFile: string;
  /** The file with the permission to sample. */
  readonly settingsFile: string;
  /** The name under which VS Code keeps the permission for our server. */
  readonly permissionKey: string;
}

/** The files of a workspace folder. */
export function workspacePlace(folder: string): Place {
  const root = path.resolve(folder);
  return {
    mcpFile: path.join(root, ".vscode", "mcp.json"),
    settingsFile: path.join(root, ".vscode", "settings.json"),
    permissionKey: `${path.basename(root)}/.vscode/mcp.json: ${SERVER_NAME}`,
  };
}

/** The files of the user's VS Code, for all workspaces. */
export function userPlace({ platform, home, env }: Surroundings): Place {
  const join = (...parts: string[]): string =>
    platform === "win32" ? path.win32.join(...parts) : path.posix.join(...parts);
  const folders: Partial<Record<NodeJS.Platform, string>> = {
    win32: env["APPDATA"] ?? join(home, "AppData", "Roaming"),
    darwin: join(home, "Library", "Application Support"),
  };
  const folder = join(folders[platform] ?? env["XDG_CONFIG_HOME"] ?? join(home, ".config"), "Code", "User");
  return {
    mcpFile: join(folder, "mcp.json"),
    settingsFile: join(folder, "settings.json"),
    permissionKey: `Global in Code: ${SERVER_NAME}`,
  };
}

export interface ServerEntry {
  readonly type: "stdio";
  readonly command: string;
  readonly args: readonly string[];
}

/**
 * The command with which VS Code starts us: npx with this version, if npx started this process; otherwise the path of this program.
 *
 * @param main path of that program.
 * @param node the Node.js that runs it, which may not be on VS Code's PATH.
 */
export function serverEntry(main: string, flags: readonly string[], node = "node"): ServerEntry {
  return isFromRegistry(main)
    ? { type: "stdio", command: "npx", args: ["-y", `${PACKAGE.name}@${VERSION}`, ...flags] }
    : { type: "stdio", command: node, args: [main, ...flags] };
}

/** The value for "always" in both of VS Code's questions. */
export const PERMISSION = { allowedDuringChat: true, allowedOutsideChat: true };
