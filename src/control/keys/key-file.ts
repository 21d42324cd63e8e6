/** The file in which the keys of a user are kept, for all bridges of that user; nobody else may read or write it. */
import { randomBytes } from "node:crypto";
import { link, lstat, open, rename, unlink, type FileHandle } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  makeOwnDirectory,
  OwnFileError,
  readOwnFileNow,
  stateDirectory,
  writeOwnFile,
} from "../../util/own-file.ts";
import { keyList, type KeyList, NO_KEYS } from "./key-list.ts";

const MAX_BYTES = 4_194_304;
/** A change takes milliseconds: whoever holds the lock for longer has been killed. */
const LOCK_AGE_MS = 10_000;
const LOOK_MS = 20;

export function keyFile(stateDir: string | undefined): string {
  return path.join(stateDir ?? stateDirectory(), "keys.json");
}

/**
 * The list as it is; nothing where no key has ever been made.
 *
 * @throws OwnFileError when there is a file that is damaged or not to be trusted.
 */
export function readKeys(file: string): KeyList | undefined {
  return readOwnFileNow(file, (text) => keyList.parse(JSON.parse(text)), MAX_BYTES);
}

/**
 * Changes the list, one process after the other.
 *
 * @throws OwnFileError when the file cannot be used, and whatever `change` throws; then nothing has changed.
 */
export async function changeKeys(file: string, change: (list: KeyList) => KeyList): Promise<KeyList> {
  await makeOwnDirectory(path.dirname(file));
  const lock = await Lock.take(`${file}.lock`);
  try {
    const list = change(readKeys(file) ?? NO_KEYS);
    await writeOwnFile(file, `${JSON.stringify(list, undefined, 2)}\n`);
    return list;
  } finally {
    await lock.release();
  }
}

/** A file that only one process can make at a time. */
class Lock {
  readonly #file: string;
  readonly #handle: FileHandle;

  private constructor(file: string, handle: FileHandle) {
    this.#file = file;
    this.#handle = handle;
  }

  static async take(file: string): Promise<Lock> {
    for (;;) {
      try {
        return new Lock(file, await open(file, "wx", 0o600));
      } catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : "";
        if (code !== "EEXIST") throw new OwnFileError(`${file} cannot be made (${code}); see to its rights.`);
      }
      await removeLeftBehind(file);
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

async function removeLeftBehind(file: string): Promise<void> {
  const found = await lstat(file).catch(() => undefined);
  if (found === undefined || Date.now() - found.mtimeMs < LOCK_AGE_MS) return;
  // Under a name of its own first: of two that find it only one removes it.
  const aside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    await rename(file, aside);
    // What was renamed may be one that another process has made meanwhile: that gets its name back.
    if ((await lstat(aside)).ino !== found.ino) await link(aside, file);
    await unlink(aside);
  } catch {
    // Somebody else has removed it.
  }
}
