/** Small files with secrets that belong to one user: nobody else may read or write them. */
import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readFileSync,
  type BigIntStats,
  type Stats,
} from "node:fs";
import { type FileHandle, lstat, mkdir, open, rename, unlink } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";

const MAX_BYTES = 4096;

/** The file is there and may not be trusted, or cannot be used; the message says why and what to do. */
export class OwnFileError extends Error {
  override readonly name = "OwnFileError";
}

/**
 * Replaces the file in one step.
 *
 * @throws OwnFileError when it cannot be kept from others, or cannot be written.
 */
export async function writeOwnFile(file: string, text: string): Promise<void> {
  const directory = path.dirname(file);
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  await makeOwnDirectory(directory);
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(text);
      // Before it takes the other's place, so that a machine that stops leaves the one or the other.
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw asOwnFileError(error, file);
  }
}

/**
 * Gives what writes at the end of the file, which is made where there is none.
 *
 * @throws OwnFileError when it is not to be trusted, or cannot be written.
 */
export async function appendOwnFile<Value>(
  file: string,
  write: (handle: FileHandle) => Promise<Value>,
): Promise<Value> {
  await makeOwnDirectory(path.dirname(file));
  try {
    const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | O_NOFOLLOW | O_NONBLOCK;
    const handle = await open(file, flags, 0o600);
    try {
      const stats = await handle.stat();
      if (!stats.isFile()) throw new OwnFileError(`${file} is not a file of ours; remove it.`);
      checkOwner(file, stats);
      return await write(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asOwnFileError(error, file);
  }
}

/** @throws OwnFileError when it cannot be made, or kept from others. */
export async function makeOwnDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    assertDirectory(directory, await lstat(directory));
  } catch (error) {
    throw asOwnFileError(error, directory);
  }
}

/**
 * What `parse` makes of the file's text; nothing when there is no file.
 *
 * @throws OwnFileError when there is one that is not to be trusted, or that `parse` throws at.
 */
export async function readOwnFile<Value>(
  file: string,
  parse: (text: string) => Value,
): Promise<Value | undefined> {
  return readOwnFileNow(file, parse);
}

/** The same at once: such files are small, and on the disk of this machine. */
export function readOwnFileNow<Value>(
  file: string,
  parse: (text: string) => Value,
  maxBytes = MAX_BYTES,
): Value | undefined {
  try {
    const directory = path.dirname(file);
    assertDirectory(directory, lstatSync(directory));
    // Windows knows no such flags, and has no such links for ordinary users. A pipe would keep us waiting for its writer.
    const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
    const handle = openSync(file, constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = fstatSync(handle);
      if (!stats.isFile() || stats.size > maxBytes)
        throw new OwnFileError(`${file} is not a file of ours; remove it.`);
      checkOwner(file, stats);
      return parse(readFileSync(handle, "utf8"));
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw asOwnFileError(error, file);
  }
}

/** Tells one state of a file from another, as `writeOwnFile` makes them; nothing when there is no file. */
export function stateOf(file: string): string | undefined {
  const stats: BigIntStats | undefined = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  return stats && [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs, stats.mode, stats.uid].join(" ");
}

function assertDirectory(directory: string, stats: Stats): void {
  if (!stats.isDirectory())
    throw new OwnFileError(`${directory} is not a directory; remove it, or set --state-dir.`);
  checkOwner(directory, stats);
}

/** On Windows the directory is the user's own by the rights it inherits. */
function checkOwner(name: string, { uid, mode }: Stats): void {
  const own = process.getuid?.();
  if (own === undefined) return;
  if (uid !== own) throw new OwnFileError(`${name} belongs to another user; remove it, or set --state-dir.`);
  if ((mode & 0o077) !== 0) {
    throw new OwnFileError(
      `Others may read or change ${name}; make it yours alone with: chmod go= '${name}'`,
    );
  }
}

/** Where what outlives a process is kept, unless a setting says otherwise. */
export function stateDirectory(): string {
  const home = homedir();
  const base: Partial<Record<NodeJS.Platform, string>> = {
    win32: process.env["LOCALAPPDATA"] ?? path.join(home, "AppData", "Local"),
    darwin: path.join(home, "Library", "Application Support"),
  };
  return path.join(base[process.platform] ?? path.join(home, ".local", "state"), "mcp-token-bridge");
}

function asOwnFileError(error: unknown, file: string): OwnFileError {
  if (error instanceof OwnFileError) return error;
  const code = codeOf(error);
  if (code === "ELOOP") return new OwnFileError(`${file} is a link; remove it.`);
  if (code !== undefined)
    return new OwnFileError(`${file} cannot be used (${code}); see to its rights, or set --state-dir.`);
  return new OwnFileError(`${file} does not hold what a bridge writes; remove it.`);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
