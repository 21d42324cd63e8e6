/** Reading and replacing files that belong to the person. */
import { randomBytes } from "node:crypto";
import {
  accessSync,
  chmodSync,
  constants,
  fsyncSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { CliError } from "../failure.ts";

/**
 * The text of a file; `undefined` when there is none.
 *
 * @throws CliError when it cannot be read, or is not UTF-8 and would not survive being written again.
 */
export function readIfThere(file: string): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === "ENOENT") return undefined;
    throw new CliError(`cannot read ${file}: ${reason}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CliError(`${file} is not UTF-8 text; it is left alone`);
  }
}

/**
 * Replaces a file at once: whoever reads it sees the old text or the new one, also when this process dies. It keeps its
 * permissions, and a link to it stays a link.
 *
 * @throws CliError when that does not work; the file is then as it was.
 */
export function replaceFile(file: string, text: string): void {
  let draft: string | undefined;
  try {
    const target = realFile(file);
    mkdirSync(path.dirname(target), { recursive: true });
    const mode = modeOf(target);
    draft = `${target}.${randomBytes(6).toString("hex")}.tmp`;
    const handle = openSync(draft, "wx", mode ?? 0o666);
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    if (mode !== undefined) chmodSync(draft, mode);
    renameSync(draft, target);
  } catch (error) {
    if (draft !== undefined) rmSync(draft, { force: true });
    throw new CliError(`cannot write ${file}: ${reasonOf(error)}`);
  }
}

function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

/** The permissions of a file that we may write; `undefined` when there is none. */
function modeOf(file: string): number | undefined {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  // A rename asks only for the folder's permission.
  accessSync(file, constants.W_OK);
  return stat.mode & 0o7777;
}

function reasonOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
