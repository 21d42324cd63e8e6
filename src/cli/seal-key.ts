/**
 * The key with which `mcptb host` seals what an upstream wants back, the reasoning of its model above all. Clients hold the sealed
 * texts; the key is kept, so that a host that is started again opens them and their tool loops go on.
 */
import { randomBytes } from "node:crypto";
import path from "node:path";
import { readOwnFile, stateDirectory, writeOwnFile } from "../util/own-file.ts";

const BYTES = 32;
const FILE = "seal-key";

/**
 * The key of this user, made when there is none yet.
 *
 * @throws OwnFileError when it cannot be kept from others, or not at all.
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
