/** A lock between processes of one user, for changes of a file. */
import { randomBytes } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { link, lstat, open, rename, unlink, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeOwnDirectory, OwnFileError } from "./own-file.ts";

/** A change takes milliseconds: a process that holds the lock for longer was killed. */
const PATIENCE_MS = 5000;
const LOOK_MS = 20;

/**
 * Runs `work` while no other process changes this file.
 *
 * @throws OwnFileError when the lock cannot be made, and anything `work` throws.
 */
export async function alone<Value>(file: string, work: () => Promise<Value>): Promise<Value> {
  await makeOwnDirectory(path.dirname(file));
  const lock = await Lock.take(`${file}.lock`);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/** A file that only one process at a time can create. */
class Lock {
  readonly #file: string;
  readonly #handle: FileHandle;

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  static async take(file: string): Promise<Lock> {
    let holder: string | undefined;
    let since = performance.now();
    for (;;) {
      try {
        return new Lock(file, await open(file, "wx", 0o600));
      } catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : "";
        if (code !== "EEXIST")
          throw new OwnFileError(`${file} cannot be created (${code}); check its permissions.`);
      }
      const found = await lstat(file, { bigint: true }).catch(() => undefined);
      const now = found && identity(found);
      if (now !== holder) [holder, since] = [now, performance.now()];
      if (now !== undefined && performance.now() - since > PATIENCE_MS) await remove(file, now);
      await sleep(LOOK_MS);
    }
  }

  async release(): Promise<void> {
    const [own, found] = await Promise.all([
      this.#handle.stat({ bigint: true }),
      lstat(this.#file, { bigint: true }).catch(() => undefined),
    ]);
    await this.#handle.close();
    if (found !== undefined && identity(found) === identity(own))
      await unlink(this.#file).catch(() => undefined);
  }
}

/** The inode number of a removed file may be used again for the next one; that one is newer. */
function identity({ ino, mtimeNs }: BigIntStats): string {
  return `${ino} ${mtimeNs}`;
}

async function remove(file: string, holder: string): Promise<void> {
  // Renamed first: when two processes find it, only one of them removes it.
  const aside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    await rename(file, aside);
    // It may be a new lock that another process has made meanwhile: that one gets its name back.
    if (identity(await lstat(aside, { bigint: true })) !== holder) await link(aside, file);
    await unlink(aside);
  } catch {
    // Another process has removed it.
  }
}
