import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** A directory of one test, which only this user can read. */
export async function stateDir(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), "mcptb-state-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
