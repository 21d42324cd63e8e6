/** Node's cache of compiled code: with it a process starts in less time, and hosts start one a window. */
import module from "node:module";
import { homedir } from "node:os";
import path from "node:path";

/** From Node 22.1 on; the types are those of the oldest Node that we run on. */
type Module = typeof module & { readonly enableCompileCache?: (folder: string) => unknown };

/**
 * Keeps compiled code in the user's folder for caches. Nothing happens where Node cannot, where the folder cannot be written,
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

/** Where programs keep what they can make again. */
export function cacheFolder(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (platform === "win32") return env["LOCALAPPDATA"] ?? path.join(home, "AppData", "Local");
  if (platform === "darwin") return path.join(home, "Library", "Caches");
  const { XDG_CACHE_HOME: given = "" } = env;
  // A path that is not absolute is to be ignored (XDG Base Directory Specification).
  return path.isAbsolute(given) ? given : path.join(home, ".cache");
}
