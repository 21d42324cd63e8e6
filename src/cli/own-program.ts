/** This program, as other programs start it and as its person types it. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { packageFile, PACKAGE, VERSION } from "../util/package.ts";

/** The built program. */
export const MAIN = fileURLToPath(packageFile("dist/main.js"));
const OWN_NAMES = new Set(["mcptb", PACKAGE.name]);

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** A bridge of this very version. */
export function ownProgram(args: readonly string[]): Program {
  return { command: process.execPath, args: [MAIN, ...args] };
}

/** A command as typed; our own name is this program, also where it is not on the PATH. */
export function programOf([command = "mcptb", ...args]: readonly string[]): Program {
  return OWN_NAMES.has(command) ? ownProgram(args) : { command, args };
}

/** How a process was started, as far as it tells how its person can start it again. */
export interface Start {
  /** The script that Node runs, as it was named. */
  readonly script: string | undefined;
  readonly directory: string;
  readonly platform: NodeJS.Platform;
  readonly exists: (file: string) => boolean;
  readonly isFromRegistry: (script: string) => boolean;
}

/**
 * Whether npx fetched the program at this path from a registry, for this run: then nothing of it stays where it is, and npx can fetch
 * it again. A packed file that npx was given is none of a registry's.
 */
export function isFromRegistry(script: string, read: (file: string) => string = readText): boolean {
  const [, folder] = /^(.*[\\/]_npx[\\/][^\\/]+)[\\/]/s.exec(script) ?? [];
  if (folder === undefined) return false;
  try {
    const { dependencies = {} } = JSON.parse(read(path.join(folder, "package.json"))) as {
      dependencies?: Readonly<Record<string, string>>;
    };
    const wanted = dependencies[PACKAGE.name];
    return wanted !== undefined && !wanted.includes(":");
  } catch {
    return false;
  }
}

function readText(file: string): string {
  return readFileSync(file, "utf8");
}

/** What a person types to start this program the way this process was started. */
export function commandName(start: Start = thisStart()): string {
  const { script, directory, platform, exists } = start;
  if (script === undefined) return "mcptb";
  if (start.isFromRegistry(script)) return `npx -y ${PACKAGE.name}@${VERSION}`;
  const paths = platform === "win32" ? path.win32 : path.posix;
  const name = paths.basename(script);
  if (OWN_NAMES.has(name)) return name;
  // On Windows npm's commands name the file itself, and lie beside the folder of global packages.
  if (platform === "win32" && exists(paths.resolve(script, "../../../..", "mcptb.cmd"))) return "mcptb";
  const near = paths.relative(directory, script);
  const shorter = near.startsWith("..") || paths.isAbsolute(near) ? script : near;
  return `node ${/\s/.test(shorter) ? `"${shorter}"` : shorter}`;
}

/** A flag as it is added to what was typed: npm keeps those that do not stand behind `--`. */
export function withFlag(flag: string, env: NodeJS.ProcessEnv = process.env): string {
  const { npm_lifecycle_event: script, npm_package_name: name } = env;
  return script === "start" && name === PACKAGE.name ? `npm start -- ${flag}` : flag;
}

function thisStart(): Start {
  return {
    script: process.argv[1],
    directory: process.cwd(),
    platform: process.platform,
    exists: existsSync,
    isFromRegistry,
  };
}
