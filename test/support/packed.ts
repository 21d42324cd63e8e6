import { execFileSync, type ExecFileSyncOptions } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const ROOT = path.resolve(import.meta.dirname, "../..");

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

/**
 * Unpacks it as npm would install it, beside nothing but the packages that it depends on, and without a network.
 * Returns the installed folder.
 */
export function install({ folder, tarball }: Packed): string {
  const modules = path.join(folder, "node_modules");
  const installed = path.join(modules, "mcp-token-bridge");
  mkdirSync(installed, { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "-C", installed, "--strip-components=1"]);
  for (const name of productionPackages()) {
    mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
    symlinkSync(path.join(ROOT, "node_modules", name), path.join(modules, name), "junction");
  }
  return installed;
}

/** What a user gets beside us, by the lock file. */
function productionPackages(): string[] {
  const lock = JSON.parse(readFileSync(path.join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: true; devOptional?: true; optional?: true }>;
  };
  return Object.entries(lock.packages).flatMap(([place, { dev, devOptional, optional }]) => {
    const name = /^node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(place)?.[1];
    return name === undefined || dev || devOptional || optional ? [] : [name];
  });
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
