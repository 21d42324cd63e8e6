import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

import { runCommand } from "./command.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const INSTALL_MS = 600_000;

/**
 * The browser that shows VS Code: `MCPTB_CHROMIUM`, or a Chromium or Chrome on the PATH, or Debian's package, which
 * is installed if need be.
 *
 * @throws Error saying how to install one by hand.
 */
export async function findOrInstallChromium(): Promise<string> {
  const named = process.env["MCPTB_CHROMIUM"];
  if (named !== undefined) {
    if (isExecutable(named)) return named;
    throw new Error(`MCPTB_CHROMIUM names ${named}, which is not an executable file.`);
  }
  const present = findOnPath(NAMES);
  if (present !== undefined) return present;

  const advice =
    "The VS Code run needs a Chromium. Install one (Debian and Ubuntu: apt-get install chromium) or name it in MCPTB_CHROMIUM.";
  if (findOnPath(["apt-get"]) === undefined) throw new Error(advice);
  process.stderr.write("Installing chromium with apt-get\n");
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  try {
    await apt(asRoot, ["update"]);
    await apt(asRoot, ["install", "--yes", "--no-install-recommends", "chromium"]);
  } catch (error) {
    throw new Error(`${advice} Installing it failed:\n${String(error)}`, { cause: error });
  }
  const installed = findOnPath(NAMES);
  if (installed === undefined) throw new Error(`${advice} apt-get installed none.`);
  return installed;
}

async function apt(asRoot: readonly string[], args: readonly string[]): Promise<void> {
  const [command = "apt-get", ...rest] = [...asRoot, "apt-get", ...args];
  await runCommand(command, rest, {
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    timeoutMs: INSTALL_MS,
  });
}

export function findOnPath(names: readonly string[]): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
