import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { bundle } from "../../../scripts/build.mjs";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const DIST = path.join(ROOT, "dist");

/**
 * Builds `dist` once a run, so that tests start the very program that users start. Another test run may be
 * using it: only files that differ are replaced, each in one step.
 */
export default async function build(): Promise<void> {
  mkdirSync(path.join(ROOT, "node_modules/.cache"), { recursive: true });
  const fresh = mkdtempSync(path.join(ROOT, "node_modules/.cache/build-"));
  try {
    await bundle(fresh);
    const files = filesIn(fresh);
    for (const file of files) moveIfDifferent(path.join(fresh, file), path.join(DIST, file));
    const wanted = new Set(files);
    for (const file of filesIn(DIST)) if (!wanted.has(file)) rmSync(path.join(DIST, file), { force: true });
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function filesIn(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return entries.filter((entry) => statSync(path.join(folder, entry), { throwIfNoEntry: false })?.isFile());
}

function moveIfDifferent(from: string, to: string): void {
  if (statSync(to, { throwIfNoEntry: false }) !== undefined && readFileSync(from).equals(readFileSync(to)))
    return;
  mkdirSync(path.dirname(to), { recursive: true });
  renameSync(from, to);
}
