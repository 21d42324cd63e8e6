/** What VS Code needs to know of the bridge, and where it keeps that. */
import path from "node:path";
import type { Surroundings } from "../../client-files/clients.ts";
import { PACKAGE, VERSION } from "../../util/package.ts";
import { isFromRegistry } from "../own-program.ts";

export const SERVER_NAME = "mcp-token-bridge";

export interface Place {
  /** Holds the servers. */
  readonly mcpFile: string;
  /** Holds the permission to sample. */
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

/** The files of the person's own VS Code, for all workspaces. */
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
 * How VS Code starts us: by npx, and in this version, where that is how we were started; otherwise by the path of the program that runs.
 *
 * @param main path of that program.
 * @param node the Node.js that runs it, which need not be on the PATH that VS Code has.
 */
export function serverEntry(main: string, flags: readonly string[], node = "node"): ServerEntry {
  return isFromRegistry(main)
    ? { type: "stdio", command: "npx", args: ["-y", `${PACKAGE.name}@${VERSION}`, ...flags] }
    : { type: "stdio", command: node, args: [main, ...flags] };
}

/** The value that stands for "always" at both of VS Code's questions. */
export const PERMISSION = { allowedDuringChat: true, allowedOutsideChat: true };
