/** Changing files that belong to the person: show it, ask, write. */
import path from "node:path";
import { CliError } from "../failure.ts";
import { canAsk, confirm } from "./confirm.ts";
import { showChange } from "./show-change.ts";
import { readIfThere, replaceFile } from "./text-file.ts";

/** One file and what is to become of it. */
export interface FileEdit {
  readonly file: string;
  /**
   * The new text, which is the old one where nothing is to do.
   *
   * @param before `undefined` when there is no file.
   * @throws CliError when the file cannot be edited safely.
   */
  readonly edit: (before: string | undefined) => string;
}

export interface EditOptions {
  /** Otherwise the change is only shown. */
  readonly write: boolean;
  /** Changes files without asking. */
  readonly yes: boolean;
  readonly print: (text: string) => void;
}

interface Change {
  readonly file: string;
  readonly before: string | undefined;
  readonly after: string;
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
  for (const { file } of all.filter(same)) print(`${file} is already so.\n`);
  const changes = all.filter((change) => !same(change));
  for (const change of changes) print(showChange(change.file, change.before, change.after));
  if (changes.length === 0) return;
  if (!write) {
    print("Nothing has been written. The same command with --write does it.\n");
    return;
  }

  const old = changes.filter(({ before }) => before !== undefined).map(({ file }) => file);
  if (old.length > 0 && !yes) await ask(old.join(" and "));
  const moved = changes.find(({ file, before }) => readIfThere(file) !== before);
  if (moved !== undefined) {
    throw new CliError(
      `nothing was written: ${moved.file} has changed in the meantime; run the command again`,
    );
  }
  for (const { file, after } of changes) {
    replaceFile(file, after);
    print(`Wrote ${file}\n`);
  }
}

function planned({ file, edit }: FileEdit): Change {
  const whole = path.resolve(file);
  const before = readIfThere(whole);
  return { file: whole, before, after: edit(before) };
}

function same({ before, after }: Change): boolean {
  return before === after;
}

async function ask(files: string): Promise<void> {
  if (!canAsk()) {
    throw new CliError(
      `nothing was written: ${files} exists, and there is no terminal to ask on\nAdd --yes to change it as shown.`,
    );
  }
  if (!(await confirm(`Change ${files} as shown?`))) throw new CliError("nothing was written");
}
