/**
 * The file by which processes of one user find the one that leads on a port. It holds the secret with which they prove
 * that they are of that user, so nobody else may read or write it.
 */
import { readFileSync, unlinkSync } from "node:fs";
import { readdir, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import * as z from "zod";
import { readOwnFile, stateDirectory, writeOwnFile } from "../util/own-file.ts";

const leader = z.object({
  pid: z.int(),
  /** Under which it is reached on this machine. */
  url: z.url({ protocol: /^http$/ }),
  secret: z.string().min(32),
  /** A digest of the keys that its clients need. */
  keys: z.string(),
});
export type Leader = z.output<typeof leader>;

/**
 * Where the file is for a leader on a port of an address (an IP): two addresses may have one each. Its name has the machine in it,
 * because home directories may be shared between several.
 */
export function leaderFile(stateDir: string | undefined, port: number, address = "127.0.0.1"): string {
  const place = address === "127.0.0.1" ? `${port}` : `${port}-${fileSafe(address)}`;
  return path.join(stateDir ?? stateDirectory(), place + ending());
}

/** What the names of this machine's files end with. */
function ending(): string {
  return `@${fileSafe(hostname())}.json`;
}

/** Files that are looked at. */
const MOST_FILES = 64;

/** All that lead on this machine, or did when they were last seen; files that cannot be used are passed over. */
export async function leadersHere(stateDir: string | undefined): Promise<Leader[]> {
  const directory = stateDir ?? stateDirectory();
  const names = await readdir(directory).catch((): string[] => []);
  const files = names.filter((name) => name.endsWith(ending())).slice(0, MOST_FILES);
  const found = files.map((name) => readLeader(path.join(directory, name)).catch(() => undefined));
  return (await Promise.all(found)).filter((one) => one !== undefined);
}

function fileSafe(name: string): string {
  return name.replaceAll(/[^\w.-]/g, "_");
}

/** Replaces the file in one step. @throws OwnFileError when it cannot be kept from others, or cannot be written. */
export async function writeLeader(file: string, entry: Leader): Promise<void> {
  await writeOwnFile(file, JSON.stringify(entry));
}

/**
 * @param url where the leader of this file must be.
 * @returns nothing when there is no file.
 * @throws OwnFileError when there is one that is not to be trusted.
 */
export async function readLeader(file: string, url?: string): Promise<Leader | undefined> {
  return readOwnFile(file, (text) => {
    const found = leader.parse(JSON.parse(text));
    if (url !== undefined && found.url !== url) throw new Error("another address");
    return found;
  });
}

/** Removes the file if it is still the one that was written. */
export async function removeLeader(file: string, entry: Leader): Promise<void> {
  const found = await readLeader(file).catch(() => undefined);
  if (found?.secret === entry.secret) await unlink(file).catch(() => undefined);
}

/** The same at once, for a process that ends: whatever ends it, short of a kill, leaves no file behind. */
export function removeLeaderNow(file: string, entry: Leader): void {
  try {
    const found = leader.safeParse(JSON.parse(readFileSync(file, "utf8")));
    if (found.data?.secret === entry.secret) unlinkSync(file);
  } catch {
    // There is none, or it is none of ours.
  }
}
