/** What is to become of files that belong to the person: worked out first, shown by whoever asks for it, then written. */
import path from "node:path";
import { say } from "../util/say.ts";
import { oneLine } from "../util/terminal-text.ts";
import { FileError } from "./file-error.ts";
import { backupOf, readText, stage, type Staged, type TextFile } from "./text-file.ts";

/** One file and what is to become of it. */
export interface FileEdit {
  readonly file: string;
  /**
   * The new text, which is the old one where nothing is to do; `undefined` where the file is to go.
   *
   * @param before `undefined` when there is no file.
   * @param backup what it was before we first changed it; `undefined` when we made it, or never changed it.
   * @throws FileError when the file cannot be edited safely.
   */
  readonly edit: (before: string | undefined, backup: () => string | undefined) => string | undefined;
  /** A file that may come to hold keys: when it is made, only its owner may read it. */
  readonly secret?: boolean;
  /** What to say where nothing is to do; by default that it is so already. */
  readonly unchanged?: string;
}

export interface Change {
  readonly edit: FileEdit;
  readonly before: TextFile;
  /** `undefined` takes the file away. */
  readonly after: string | undefined;
}

/** Nothing is written yet. @throws FileError when the file cannot be edited safely. */
export function planned(edit: FileEdit): Change {
  const before = readText(path.resolve(edit.file));
  try {
    return { edit, before, after: edit.edit(before.text, () => readText(backupOf(before)).text) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new FileError(say`${nameOf(before)} is nested too deeply to be edited safely; it is left alone`);
  }
}

export function isNothing({ before, after }: Change): boolean {
  return before.text === after;
}

/** Of a file, as it is shown. */
export function nameOf({ file }: TextFile): string {
  return oneLine(file, 300);
}

/**
 * Nothing is changed before everything is ready to be.
 *
 * @param onWritten hears of each file that has been.
 * @throws FileError when a file cannot be written, or has changed since it was looked at.
 */
export function write(changes: readonly Change[], onWritten: (change: Change) => void): void {
  const moved = changes.find(({ before }) => readText(before.file).text !== before.text);
  if (moved !== undefined) {
    throw new FileError(
      say`nothing was written: ${nameOf(moved.before)} has changed in the meantime; run the command again`,
    );
  }
  const staged: Staged[] = [];
  try {
    for (const { edit, before, after } of changes) staged.push(stage(before, after, edit.secret === true));
    for (const [index, change] of changes.entries()) {
      staged[index]?.commit();
      onWritten(change);
    }
  } finally {
    for (const each of staged) each.discard();
  }
}
