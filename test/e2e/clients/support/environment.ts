import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A home folder for programs that keep settings and caches; gone after the run. */
export async function scratchHome(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "mcptb-home-"));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}

/** The environment of a program under test: nothing of the person's own settings, keys or proxies. */
export function cleanEnvironment(home: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env["PATH"],
    HOME: home,
    TMPDIR: tmpdir(),
    LANG: "C.UTF-8",
    PYTHONUNBUFFERED: "1",
  };
}
