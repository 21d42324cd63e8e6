/** Changes files of the person: shows the change, asks, writes. */
import {
  isNothing,
  nameOf,
  planned,
  write as writeAll,
  type Change,
  type FileEdit,
} from "../../client-files/change.ts";
import { backupOf } from "../../client-files/text-file.ts";
import { say } from "../../util/say.ts";
import { oneLine } from "../../util/terminal-text.ts";
import { CliError } from "../failure.ts";
import { canAsk, confirm } from "./confirm.ts";
import { showChange } from "./show-change.ts";

/** Of a file that is to lose what we wrote. */
export const nothingOurs = (): string => say`has nothing that mcptb wrote.`;

export interface EditOptions {
  /** Write the change; otherwise it is only shown. */
  readonly write: boolean;
  /** Do not ask before changing a file. */
  readonly yes: boolean;
  readonly print: (text: string) => void;
}

/**
 * Shows what the edits change, asks before it changes a file that is there, and writes. A new file is created without a
 * question.
 *
 * @throws FileError, CliError when a file cannot be edited or the person did not agree; then nothing is written.
 */
export async function editFiles(edits: readonly FileEdit[], options: EditOptions): Promise<void> {
  const { write, yes, print } = options;
  const all = edits.map(planned);
  for (const { edit, before } of all.filter(isNothing)) {
    print(`${nameOf(before)} ${edit.unchanged ?? say`is already up to date.`}\n`);
  }
  const changes = all.filter((change) => !isNothing(change));
  for (const { before, after } of changes) print(showChange(nameOf(before), before.text, after));
  if (changes.length === 0) return;
  if (!write) {
    print(`${say`Nothing has been written. The same command with --write does it.`}\n`);
    return;
  }

  const old = changes.filter(({ before }) => before.text !== undefined).map(({ before }) => nameOf(before));
  if (old.length > 0 && !yes) await ask(old.join(say` and `));
  writeAll(changes, (change) => tell(change, print));
}

function tell({ before, after }: Change, print: EditOptions["print"]): void {
  print(`${after === undefined ? say`Removed ${nameOf(before)}` : say`Wrote ${nameOf(before)}`}\n`);
  if (after !== undefined && before.text !== undefined)
    print(`${say`Its content before the first change is kept in ${oneLine(backupOf(before), 300)}`}\n`);
}

async function ask(files: string): Promise<void> {
  if (!canAsk()) {
    throw new CliError(
      say`nothing was written: ${files} exists, and there is no terminal to ask on\nAdd --yes to change it as shown.`,
    );
  }
  if (!(await confirm(say`Change ${files} as shown?`))) throw new CliError(say`nothing was written`);
}
