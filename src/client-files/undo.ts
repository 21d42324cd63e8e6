/** Taking back what was written into a client's file. */
import { isDeepStrictEqual } from "node:util";
import { valueAt, type Member } from "../recipes/member.ts";

/** Something of ours that a file may hold. */
export interface Entry {
  readonly path: readonly string[];
  /** Whether what is there is what we wrote; `content` is all that the file holds. */
  readonly isOurs: (value: unknown, content: unknown) => boolean;
}

export interface Format {
  /** @throws FileError */
  readonly read: (text: string) => unknown;
  /** @throws FileError */
  readonly set: (text: string, members: readonly Member[]) => string;
}

export interface Written {
  /** All that a write sets, in order. */
  readonly members: (content: unknown) => readonly Member[];
  readonly entries: readonly Entry[];
}

/**
 * The text without our entries, with the values that they took the place of; all the rest stays as it is.
 *
 * @param backup the text before our first change; `undefined` where we made the file.
 * @returns `undefined` when nothing is left of a file that we made.
 */
export function undo(
  text: string,
  backup: string | undefined,
  { read, set }: Format,
  { members, entries }: Written,
): string | undefined {
  const content = read(text);
  const old = backup === undefined ? undefined : readable(read, backup);
  if (backup !== undefined && old !== undefined && again(backup, members(content), content, set) === text) {
    // Nobody has changed the file since: it becomes what it was to the last character.
    return backup;
  }
  const changes: Member[] = [];
  for (const { path, isOurs } of entries) {
    const value = valueAt(content, path);
    const was = valueAt(old, path);
    if (value === undefined || !isOurs(value, content) || isDeepStrictEqual(plain(was), plain(value)))
      continue;
    changes.push({ path, value: was });
  }
  if (changes.length === 0) return text;
  let after = set(text, changes);
  const parents = changes.flatMap(({ path }) => path.slice(1).map((_, length) => path.slice(0, length + 1)));
  for (const path of parents.toSorted((one, other) => other.length - one.length)) {
    if (valueAt(old, path) === undefined && isEmpty(valueAt(read(after), path))) {
      after = set(after, [{ path, value: undefined }]);
    }
  }
  const nothing = isEmpty(read(after)) && ["", "{}"].includes(after.replaceAll(/\s/g, ""));
  return backup === undefined && nothing ? undefined : after;
}

/** What writing into the old text makes of it, with the values that are there now. */
function again(
  backup: string,
  members: readonly Member[],
  content: unknown,
  set: Format["set"],
): string | undefined {
  try {
    return set(
      backup,
      members.map(({ path }) => ({ path, value: valueAt(content, path) })),
    );
  } catch {
    return undefined;
  }
}

function readable(read: Format["read"], text: string): unknown {
  try {
    return read(text);
  } catch {
    return undefined;
  }
}

/** Parsers differ in whether their objects have a prototype. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value, numbers)) as unknown);
}

function numbers(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}

function isEmpty(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  );
}
