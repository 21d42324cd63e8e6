/** Changing files that belong to the person: show it, ask, write. */
import path from "node:path";
import { oneLine } from "../../util/terminal-text.ts";
import { CliError } from "../failure.ts";
import { canAsk, confirm } from "./confirm.ts";
import { showChange } from "./show-change.ts";
import { backupOf, readText, stage, type Staged, type TextFile } from "./text-file.ts";
import { say } from "../../util/say.ts";

/** Of a file that is to lose what we wrote. */
export const nothingOurs = (): string => say`holds nothing that mcptb has written there.`;

/** One file and what is to become of it. */
export interface FileEdit {
  readonly file: string;
  /**
   * The new text, which is the old one where nothing is to do; `undefined` where the file is to go.
   *
   * @param before `undefined` when there is no file.
   * @param backup what it was before we first changed it; `undefined` when we made it, or never changed it.
   * @throws CliError when the file cannot be edited safely.
   */
  readonly edit: (before: string | undefined, backup: () => string | undefined) => string | undefined;
  /** A file that may come to hold keys: when it is made, only its owner may read it. */
  readonly secret?: boolean;
  /** What to say where nothing is to do; by default that it is so already. */
  readonly unchanged?: string;
}

export interface EditOptions {
  /** Otherwise the change is only shown. */
  readonly write: boolean;
  /** Changes files without asking. */
  readonly yes: boolean;
  readonly print: (text: string) => void;
}

interface Change {
  readonly edit: FileEdit;
  readonly before: TextFile;
  readonly after: string | undefined;
}

/**
 * Shows what the edits change, asks before it changes a file that is there, and writes. A file that is not there is made without
 * a question.
 *
 * @throws CliError when a file cannot be edited or nobody agreed; then nothing is written.
 */
export async function editFiles(edits: readonly FileEdit[], options: EditOptions): Promise<void> {
  const { write, yes, print } = options;
  const all = edits.map(planned);
  for (const { edit, before } of all.filter(same)) {
    print(`${nameOf(before)} ${edit.unchanged ?? say`is already up to date.`}\n`);
  }
  const changes = all.filter((change) => !same(change));
  for (const { before, after } of changes) print(showChange(nameOf(before), before.text, after));
  if (changes.length === 0) return;
  if (!write) {
    print(`${say`Nothing has been written. The same command with --write does it.`}\n`);
    return;
  }

  const old = changes.filter(({ before }) => before.text !== undefined).map(({ before }) => nameOf(before));
  if (old.length > 0 && !yes) await ask(old.join(say` and `));
  const moved = changes.find(({ before }) => readText(before.file).text !== before.text);
  if (moved !== undefined) {
    throw new CliError(
      say`nothing was written: ${nameOf(moved.before)} has changed in the meantime; run the command again`,
    );
  }
  writeAll(changes, print);
}

/** Nothing is changed before everything is ready to be. */
function writeAll(changes: readonly Change[], print: EditOptions["print"]): void {
  const staged: Staged[] = [];
  try {
    for (const { edit, before, after } of changes) staged.push(stage(before, after, edit.secret === true));
    for (const [index, { before, after }] of changes.entries()) {
      staged[index]?.commit();
      print(`${after === undefined ? say`Removed ${nameOf(before)}` : say`Wrote ${nameOf(before)}`}\n`);
      if (after !== undefined && before.text !== undefined)
        print(
          `${say`What it was before it was first changed is kept in ${oneLine(backupOf(before), 300)}`}\n`,
        );
    }
  } finally {
    for (const each of staged) each.discard();
  }
}

function planned(edit: FileEdit): Change {
  const before = readText(path.resolve(edit.file));
  try {
    return { edit, before, after: edit.edit(before.text, () => readText(backupOf(before)).text) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CliError(say`${nameOf(before)} is nested too deeply to be edited safely; it is left alone`);
  }
}

function nameOf({ file }: TextFile): string {
  return oneLine(file, 300);
}

function same({ before, after }: Change): boolean {
  return before.text === after;
}

async function ask(files: string): Promise<void> {
  if (!canAsk()) {
    throw new CliError(
      say`nothing was written: ${files} exists, and there is no terminal to ask on\nAdd --yes to change it as shown.`,
    );
  }
  if (!(await confirm(say`Change ${files} as shown?`))) throw new CliError(say`nothing was written`);
}
