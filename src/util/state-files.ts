/** Files in the state directory that more than one part of the program must know of. */
import path from "node:path";
import { stateDirectory } from "./own-file.ts";

/** The keys that were made for somebody. */
export function keyFile(stateDir: string | undefined): string {
  return path.join(stateDir ?? stateDirectory(), "keys.json");
}

/** It stays when the list of keys is taken away: from the first key on, every bridge of this user needs one. */
export function neededFile(keys: string): string {
  return `${keys}.needed`;
}
