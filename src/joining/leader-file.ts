/**
 * The file by which processes of one user find the one that leads on a port. It contains the secret with which they
 * prove that they belong to that user, so nobody else may read or write it.
 */
import { readFileSync, unlinkSync } from "node:fs";
import { readdir, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import * as z from "zod";
import { readOwnFile, stateDirectory, writeOwnFile } from "../util/own-file.ts";

const leader = z.object({
  pid: z.int(),
  /** Its address on this machine. */
  url: z.url({ protocol: /^http$/ }),
  secret: z.string().min(32),
  /** A digest of the clients' keys. */
  keys: z.string(),
});
export type Leader = z.output<typeof leader>;

/**
 * The path of the file for a leader on a port of an IP address: each address may have its own. The name contains the
 * machine, because several machines may share a home directory.
 */
export function leaderFile(stateDir: string | undefined, port: number, address = "127.0.0.1"): string {
  const place = address === "127.0.0.1" ? `${port}` : `${port}-${fileSafe(address)}`;
  return path.join(stateDir ?? stateDirectory(), place + ending());
}

/** The ending of the names of this machine's files. */
function ending(): string {
  return `@${fileSafe(hostname())}.json`;
}

/** Maximum number of files that are read. */
const MOST_FILES = 64;

/** All leaders on this machine, some of which may have ended; files that cannot be used are skipped. */
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

/** Replaces the file in one step. @throws OwnFileError when it cannot be protected from other users, or cannot be written. */
export async function writeLeader(file: string, entry: Leader): Promise<void> {
  await writeOwnFile(file, JSON.stringify(entry));
}

/**
 * @param url the expected address of the leader.
 * @returns `undefined` when there is no file.
 * @throws OwnFileError when the file cannot be trusted.
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

/** The same, synchronously, for a process that is exiting: only a kill leaves the file behind. */
export function removeLeaderNow(file: string, entry: Leader): void {
  try {
    const found = leader.safeParse(JSON.parse(readFileSync(file, "utf8")));
    if (found.data?.secret === entry.secret) unlinkSync(file);
  } catch {
    // There is none, or it is not ours.
  }
}
