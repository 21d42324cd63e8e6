/** Node's cache of compiled code, for a faster start: hosts start one process for each window. */
import module from "node:module";
import { homedir } from "node:os";
import path from "node:path";

/** Exists from Node 22.1 on; our types are those of the oldest supported Node. */
type Module = typeof module & { readonly enableCompileCache?: (folder: string) => unknown };

/**
 * Keeps compiled code in the user's folder for caches. Does nothing where Node cannot do it, where the folder cannot be written,
 * and where `NODE_DISABLE_COMPILE_CACHE` is set.
 */
export function useCompileCache(): void {
  const { enableCompileCache }: Module = module;
  if (enableCompileCache === undefined) return;
  try {
    enableCompileCache(path.join(cacheFolder(process.platform, process.env, homedir()), "mcp-token-bridge"));
  } catch {
    // A user without a home: the program starts a little later.
  }
}

/** The user's folder for caches. */
export function cacheFolder(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (platform === "win32") return env["LOCALAPPDATA"] ?? path.join(home, "AppData", "Local");
  if (platform === "darwin") return path.join(home, "Library", "Caches");
  const { XDG_CACHE_HOME: given = "" } = env;
  // Relative paths must be ignored (XDG Base Directory Specification).
  return path.isAbsolute(given) ? given : path.join(home, ".cache");
}
