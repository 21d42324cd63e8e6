/** A random key of this user in a file that only they can read, created when there is none yet. */
import { randomBytes } from "node:crypto";
import { readOwnFile, writeOwnFile } from "./own-file.ts";
import { alone } from "./own-lock.ts";

const BYTES = 32;

/** @throws OwnFileError when it cannot be protected from other users, or cannot be saved. */
export async function ownKey(file: string): Promise<Buffer> {
  // Of two processes that begin at once, the second must not replace the key of the first.
  return (await knownKey(file)) ?? alone(file, async () => (await knownKey(file)) ?? makeKey(file));
}

/** @returns nothing where there is none. @throws OwnFileError as `ownKey`. */
export function knownKey(file: string): Promise<Buffer | undefined> {
  return readOwnFile(file, (text) => {
    const key = Buffer.from(text, "base64url");
    if (key.length !== BYTES) throw new Error("not a key");
    return key;
  });
}

async function makeKey(file: string): Promise<Buffer> {
  const made = randomBytes(BYTES);
  await writeOwnFile(file, made.toString("base64url"));
  return made;
}
