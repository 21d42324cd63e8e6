import { fileURLToPath } from "node:url";
import { packageFile } from "../util/package.ts";

/** The built program. */
export const MAIN = fileURLToPath(packageFile("dist/main.js"));
const OWN_NAMES = new Set(["mcptb", "mcp-token-bridge"]);

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
