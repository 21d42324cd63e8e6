/**
 * Reading and replacing files that belong to the person.
 *
 * A file is replaced by renaming a draft that is complete on the disk, so that whoever reads it sees the old text or the new
 * one, also when this process dies. Where that would take something away from it (other names of the same file, an owner that
 * we cannot give to the draft) it is written in place instead: the draft then stays beside it until the last byte is on the
 * disk, so that a crash in between loses neither text.
 */
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  closeSync,
  accessSync,
  constants,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
  type Stats,
} from "node:fs";
import path from "node:path";
import { FileError } from "./file-error.ts";

/** A file as it is now. */
export interface TextFile {
  /** As the person names it. */
  readonly file: string;
  /** The file itself, behind all links. */
  readonly target: string;
  /** `undefined` when there is none. */
  readonly text: string | undefined;
  readonly stat: Stats | undefined;
}

/** A change that is ready: what can go wrong before anything is changed has not. */
export interface Staged {
  /** @throws FileError when that does not work; the file is then as it was. */
  commit(): void;
  /** Leaves the file as it is. */
  discard(): void;
}

/** Bytes; no settings that people write are as long. */
const MAX_BYTES = 4_194_304;

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "you may not",
  EPERM: "you may not",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk is full",
  ENOTDIR: "a part of its path is not a folder",
  ENAMETOOLONG: "its name is too long",
  EBUSY: "another program holds it",
  ELOOP: "its links lead in a circle",
};

/**
 * @throws FileError when it cannot be read, is no regular file, or is not UTF-8 and would not survive being written again.
 */
export function readText(file: string): TextFile {
  const target = failing(`cannot read ${file}`, () => targetOf(file));
  const stat = failing(`cannot read ${file}`, () => statSync(target, { throwIfNoEntry: false }));
  if (stat === undefined) return { file, target, text: undefined, stat };
  if (stat.isDirectory()) throw new FileError(`${file} is a folder, not a file`);
  if (!stat.isFile()) throw new FileError(`${file} is not a regular file; it is left alone`);
  if (stat.size > MAX_BYTES) {
    throw new FileError(`${file} is larger than ${MAX_BYTES / 1_048_576} MiB; it is left alone`);
  }
  const bytes = failing(`cannot read ${file}`, () => readFileSync(target));
  try {
    return {
      file,
      target,
      text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
      stat,
    };
  } catch {
    throw new FileError(`${file} is not UTF-8 text; it is left alone`);
  }
}

/** Where the text is kept that a file had before we first changed it. */
export function backupOf({ target }: TextFile): string {
  return `${target}.bak`;
}

/**
 * Prepares a change: checks that it can be made, keeps a copy of the file once, and writes the draft.
 *
 * @param after `undefined` takes the file away.
 * @param secret whether a new file is for its owner's eyes only.
 * @throws FileError when it cannot be made.
 */
export function stage(before: TextFile, after: string | undefined, secret: boolean): Staged {
  const { file, target, stat } = before;
  return failing(`cannot write ${file}`, () => {
    const folder = path.dirname(target);
    mkdirSync(folder, { recursive: true, ...(secret && { mode: 0o700 }) });
    for (const each of stat === undefined ? [folder] : [folder, target]) mayWrite(file, each);
    if (before.text !== undefined && stat !== undefined && after !== undefined)
      backUp(before, before.text, stat);
    if (after === undefined)
      return { commit: () => commit(before, () => rmSync(target)), discard: () => undefined };
    const draft = writeDraft(target, after, stat, secret);
    const discard = (): void => rmSync(draft.file, { force: true });
    return {
      discard,
      commit() {
        try {
          commit(before, () => {
            if (stat === undefined) place(draft.file, target, file);
            else if (stat.nlink > 1 || !draft.same) overwrite(target, after, before.text ?? "");
            else renameSync(draft.file, target);
          });
        } finally {
          discard();
        }
      },
    };
  });
}

/** Does it if the file is still what it was. */
function commit(before: TextFile, change: () => void): void {
  const now = readText(before.file);
  if (now.text !== before.text || now.target !== before.target) throw changed(before.file);
  failing(`cannot write ${before.file}`, change);
}

function changed(file: string): FileError {
  return new FileError(`${file} has changed in the meantime; it is left as it is now; run the command again`);
}

/** The file behind all links. */
function targetOf(file: string): string {
  const missing: string[] = [];
  for (let place = path.resolve(file); ; place = path.dirname(place)) {
    const stat = lstatSync(place, { throwIfNoEntry: false });
    if (stat === undefined) {
      missing.unshift(path.basename(place));
      continue;
    }
    try {
      return path.join(realpathSync(place), ...missing);
    } catch (error) {
      const code = codeOf(error);
      if (!stat.isSymbolicLink() || (code !== "ENOENT" && code !== "ELOOP")) throw error;
      const what = `${place} is a link to ${readlinkSync(place)}`;
      throw new FileError(
        code === "ELOOP"
          ? `${what}, and these links lead in a circle; correct them first`
          : `${what}, where there is nothing; create that or remove the link first`,
      );
    }
  }
}

/** Permissions that nobody has are meant, even where the system does not hold us to them. */
function mayWrite(file: string, place: string): void {
  const { mode } = statSync(place);
  if ((mode & 0o222) === 0) {
    throw new FileError(
      `cannot write ${file}: ${place === path.dirname(place) ? "" : `${place} `}is read-only`,
    );
  }
  accessSync(place, constants.W_OK);
}

function backUp(before: TextFile, text: string, stat: Stats): void {
  let handle: number;
  try {
    handle = openSync(backupOf(before), "wx", 0o600);
  } catch (error) {
    // The first one stays.
    if (codeOf(error) === "EEXIST") return;
    throw error;
  }
  fill(handle, text);
  keepRights(backupOf(before), stat);
}

interface Draft {
  readonly file: string;
  /** It has the rights and the owner of the file. */
  readonly same: boolean;
}

function writeDraft(target: string, text: string, stat: Stats | undefined, secret: boolean): Draft {
  const file = `${target}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    // Until it has the file's own rights nobody else may read it.
    fill(openSync(file, "wx", stat === undefined && !secret ? 0o666 : 0o600), text);
    return { file, same: stat === undefined || keepRights(file, stat) };
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
}

function fill(handle: number, text: string): void {
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Gives a file the owner and the permissions of another; false where the system does not let us. */
function keepRights(file: string, { uid, gid, mode }: Stats): boolean {
  const mine = statSync(file);
  try {
    if (mine.uid !== uid || mine.gid !== gid) chownSync(file, uid, gid);
  } catch {
    return false;
  }
  chmodSync(file, mode & 0o7777);
  return true;
}

/** Gives a new file its name, if nobody has taken it. */
function place(draft: string, target: string, file: string): void {
  try {
    linkSync(draft, target);
  } catch (error) {
    if (codeOf(error) === "EEXIST") throw changed(file);
    // A disk without hard links.
    renameSync(draft, target);
  }
}

function overwrite(target: string, after: string, before: string): void {
  const handle = openSync(target, "r+");
  const write = (text: string): void => {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at, bytes.length - at, at);
    ftruncateSync(handle, bytes.length);
    fsyncSync(handle);
  };
  try {
    try {
      write(after);
    } catch (error) {
      write(before);
      throw error;
    }
  } finally {
    closeSync(handle);
  }
}

/** Does something with files; what goes wrong is told in words. */
function failing<Value>(what: string, action: () => Value): Value {
  try {
    return action();
  } catch (error) {
    if (error instanceof FileError) throw error;
    const code = codeOf(error);
    throw new FileError(`${what}: ${code === undefined ? String(error) : (REASONS[code] ?? code)}`);
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
