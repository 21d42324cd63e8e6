/**
 * The key with which `mcptb host` seals data for its upstream, such as the model's reasoning. Clients keep the sealed
 * texts; the key is saved, so that a restarted host can open them and tool loops continue.
 */
import path from "node:path";
import { stateDirectory } from "../util/own-file.ts";
import { ownKey } from "../util/own-key.ts";

/**
 * The key of this user, created when there is none yet.
 *
 * @throws OwnFileError when it cannot be protected from other users, or cannot be saved.
 */
export function sealKey(directory = stateDirectory()): Promise<Buffer> {
  return ownKey(path.join(directory, "seal-key"));
}
