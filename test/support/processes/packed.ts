import { execFileSync, type ExecFileSyncOptions } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const ROOT = path.resolve(import.meta.dirname, "../../..");

export interface Packed {
  /** An empty folder for this package alone. */
  readonly folder: string;
  readonly tarball: string;
  /** The paths in it. */
  readonly files: readonly string[];
  readonly remove: () => void;
}

/** Packs what would be published, from the build that is there. */
export function pack(): Packed {
  const folder = mkdtempSync(path.join(tmpdir(), "mcptb-packed-"));
  // Else npm takes a folder above with one for the project.
  writeFileSync(path.join(folder, "package.json"), "{}");
  const json = npm(["pack", "--ignore-scripts", "--json", "--pack-destination", folder], { cwd: ROOT });
  const [result] = JSON.parse(json) as { filename: string; files: { path: string }[] }[];
  if (result === undefined) throw new Error(`npm packed nothing: ${json}`);
  return {
    folder,
    tarball: path.join(folder, result.filename),
    files: result.files.map((file) => file.path),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Installs it with npm, without a network: it needs no other package. Returns the installed folder. */
export function install({ folder, tarball }: Packed): string {
  // npm would go up to a folder that has one.
  writeFileSync(path.join(folder, "package.json"), "{}");
  npm(["install", "--offline", "--no-audit", "--no-fund", "--no-save", tarball], { cwd: folder });
  return path.join(folder, "node_modules", "mcp-token-bridge");
}

/** Runs npm, which is a script of the shell on Windows. */
export function npm(args: readonly string[], options: ExecFileSyncOptions = {}): string {
  return execFileSync("npm", [...args], {
    ...options,
    encoding: "utf8",
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "ignore"],
  });
}
