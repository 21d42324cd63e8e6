/**
 * The key with which `mcptb host` seals data for its upstream, such as the model's reasoning. Clients keep the sealed
 * texts; the key is saved, so that a restarted host can open them and tool loops continue.
 */
import { randomBytes } from "node:crypto";
import path from "node:path";
import { readOwnFile, stateDirectory, writeOwnFile } from "../util/own-file.ts";

const BYTES = 32;
const FILE = "seal-key";

/**
 * The key of this user, created when there is none yet.
 *
 * @throws OwnFileError when it cannot be protected from other users, or cannot be saved.
 */
export async function sealKey(directory = stateDirectory()): Promise<Buffer> {
  const file = path.join(directory, FILE);
  const known = await readOwnFile(file, (text) => {
    const key = Buffer.from(text, "base64url");
    if (key.length !== BYTES) throw new Error("not a key");
    return key;
  });
  if (known !== undefined) return known;
  const made = randomBytes(BYTES);
  await writeOwnFile(file, made.toString("base64url"));
  return made;
}
