/** A lock between processes of one user, for changes of a file. */
import { randomBytes } from "node:crypto";
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
    let holder: bigint | undefined;
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
      if (found?.ino !== holder) [holder, since] = [found?.ino, performance.now()];
      if (found !== undefined && performance.now() - since > PATIENCE_MS) await remove(file, found.ino);
      await sleep(LOOK_MS);
    }
  }

  async release(): Promise<void> {
    const [{ ino: own }, found] = await Promise.all([
      this.#handle.stat(),
      lstat(this.#file).catch(() => undefined),
    ]);
    await this.#handle.close();
    if (found?.ino === own) await unlink(this.#file).catch(() => undefined);
  }
}

async function remove(file: string, holder: bigint): Promise<void> {
  // Renamed first: when two processes find it, only one of them removes it.
  const aside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    await rename(file, aside);
    // It may be a new lock that another process has made meanwhile: that one gets its name back.
    if ((await lstat(aside, { bigint: true })).ino !== holder) await link(aside, file);
    await unlink(aside);
  } catch {
    // Another process has removed it.
  }
}
