/** How other programs start this program, and how a person types it. */
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

/** A bridge of the same version. */
export function ownProgram(args: readonly string[]): Program {
  return { command: process.execPath, args: [MAIN, ...args] };
}

/** A typed command; our own name means this program, even when it is not on the PATH. */
export function programOf([command = "mcptb", ...args]: readonly string[]): Program {
  return OWN_NAMES.has(command) ? ownProgram(args) : { command, args };
}

/** How this process was started, to show the person how to start it again. */
export interface Start {
  /** The script in Node's command line. */
  readonly script: string | undefined;
  readonly directory: string;
  readonly platform: NodeJS.Platform;
  readonly exists: (file: string) => boolean;
  readonly isFromRegistry: (script: string) => boolean;
}

/**
 * Whether npx fetched the program at this path from a registry for this run: then the path is temporary, and npx can
 * fetch it again. A local package file does not count.
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

/** The command with which a person starts this program in the same way as this process. */
export function commandName(start: Start = thisStart()): string {
  const { script, directory, platform, exists } = start;
  if (script === undefined) return "mcptb";
  if (start.isFromRegistry(script)) return `npx -y ${PACKAGE.name}@${VERSION}`;
  const paths = platform === "win32" ? path.win32 : path.posix;
  const name = paths.basename(script);
  if (OWN_NAMES.has(name)) return name;
  // On Windows npm's commands run the file directly, and are beside the folder of global packages.
  if (platform === "win32" && exists(paths.resolve(script, "../../../..", "mcptb.cmd"))) return "mcptb";
  const near = paths.relative(directory, script);
  const shorter = near.startsWith("..") || paths.isAbsolute(near) ? script : near;
  return `node ${/\s/.test(shorter) ? `"${shorter}"` : shorter}`;
}

/** A flag in the form in which it is added to the command: npm keeps flags before `--` for itself. */
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
