/** Small files with secrets of one user, which nobody else may read or write. */
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

/** The file exists but cannot be trusted or used; the message says why and what to do. */
export class OwnFileError extends Error {
  override readonly name = "OwnFileError";
}

/**
 * Replaces the file in one step.
 *
 * @throws OwnFileError when it cannot be protected from other users, or cannot be written.
 */
export async function writeOwnFile(file: string, text: string): Promise<void> {
  const directory = path.dirname(file);
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  await makeOwnDirectory(directory);
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(text);
      // Flushed before the rename, so that a crash leaves either the old file or the new one.
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
 * Opens the file for appending, and creates it where there is none.
 *
 * @throws OwnFileError when it cannot be trusted, or cannot be written.
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
      if (!stats.isFile()) throw new OwnFileError(`${file} was not made by the bridge; remove it.`);
      checkOwner(file, stats);
      return await write(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asOwnFileError(error, file);
  }
}

/** @throws OwnFileError when it cannot be created, or protected from other users. */
export async function makeOwnDirectory(directory: string): Promise<void> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    assertDirectory(directory, await lstat(directory));
  } catch (error) {
    throw asOwnFileError(error, directory);
  }
}

/**
 * The file's text, parsed by `parse`; `undefined` when there is no file.
 *
 * @throws OwnFileError when the file cannot be trusted, or `parse` throws.
 */
export async function readOwnFile<Value>(
  file: string,
  parse: (text: string) => Value,
): Promise<Value | undefined> {
  return readOwnFileNow(file, parse);
}

/** The same, synchronously: such files are small and local. */
export function readOwnFileNow<Value>(
  file: string,
  parse: (text: string) => Value,
  maxBytes = MAX_BYTES,
): Value | undefined {
  try {
    const directory = path.dirname(file);
    assertDirectory(directory, lstatSync(directory));
    // Windows does not have these flags, nor such links for ordinary users. Opening a pipe would wait for its writer.
    const { O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
    const handle = openSync(file, constants.O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stats = fstatSync(handle);
      if (!stats.isFile() || stats.size > maxBytes)
        throw new OwnFileError(`${file} was not made by the bridge; remove it.`);
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

/** Identifies a version of a file written by `writeOwnFile`; `undefined` when there is no file. */
export function stateOf(file: string): string | undefined {
  const stats: BigIntStats | undefined = lstatSync(file, { bigint: true, throwIfNoEntry: false });
  return stats && [stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs, stats.mode, stats.uid].join(" ");
}

function assertDirectory(directory: string, stats: Stats): void {
  if (!stats.isDirectory())
    throw new OwnFileError(`${directory} is not a directory; remove it, or set --state-dir.`);
  checkOwner(directory, stats);
}

/** On Windows the inherited rights make the directory the user's own. */
function checkOwner(name: string, { uid, mode }: Stats): void {
  const own = process.getuid?.();
  if (own === undefined) return;
  if (uid !== own) throw new OwnFileError(`${name} belongs to another user; remove it, or set --state-dir.`);
  if ((mode & 0o077) !== 0) {
    throw new OwnFileError(
      `Others may read or change ${name}; take their rights away with: chmod go= '${name}'`,
    );
  }
}

/** The default folder for files that outlive a process. */
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
    return new OwnFileError(`${file} cannot be used (${code}); check its permissions, or set --state-dir.`);
  return new OwnFileError(`${file} does not have the format that the bridge writes; remove it.`);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
