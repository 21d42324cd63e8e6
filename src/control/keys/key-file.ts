/** The file with the keys of a user, for all bridges of that user; nobody else may read or write it. */
import { alone } from "../../util/own-lock.ts";
import { readOwnFileNow, stateOf, writeOwnFile } from "../../util/own-file.ts";
import { neededFile } from "../../util/state-files.ts";
import { keyList, type KeyList, NO_KEYS } from "./key-list.ts";

export { keyFile } from "../../util/state-files.ts";

const MAX_BYTES = 4_194_304;

/**
 * The current list; `undefined` where no key was ever made.
 *
 * @throws OwnFileError when there is a file but it is damaged or cannot be trusted.
 */
export function readKeys(file: string): KeyList | undefined {
  return readOwnFileNow(file, (text) => keyList.parse(JSON.parse(text)), MAX_BYTES);
}

/**
 * Changes the list while other processes wait.
 *
 * @throws OwnFileError when the file cannot be used, and anything `change` throws; then nothing has changed.
 */
export async function changeKeys(file: string, change: (list: KeyList) => KeyList): Promise<KeyList> {
  return alone(file, async () => {
    const list = change(readKeys(file) ?? NO_KEYS);
    if (stateOf(neededFile(file)) === undefined) await writeOwnFile(neededFile(file), "keys were made\n");
    await writeOwnFile(file, `${JSON.stringify(list, undefined, 2)}\n`);
    return list;
  });
}
