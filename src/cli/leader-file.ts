/**
 * The file by which processes of one user find the one that leads on a port. It holds the secret with which they prove
 * that they are of that user, so nobody else may read or write it.
 */
import { randomBytes } from "node:crypto";
import { constants, readFileSync, unlinkSync, type Stats } from "node:fs";
import { lstat, mkdir, open, readdir, rename, unlink } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import path from "node:path";
import * as z from "zod";

const MAX_BYTES = 4096;

const leader = z.object({
  pid: z.int(),
  /** Under which it is reached on this machine. */
  url: z.url({ protocol: /^http$/ }),
  secret: z.string().min(32),
  /** A digest of the keys that its clients need. */
  keys: z.string(),
});
export type Leader = z.output<typeof leader>;

/** The file is there and may not be trusted, or cannot be used; the message says why and what to do. */
export class LeaderFileError extends Error {
  override readonly name = "LeaderFileError";
}

/**
 * Where the file is for a leader on a port of an address (an IP): two addresses may have one each. Its name has the machine in it,
 * because home directories may be shared between several.
 */
export function leaderFile(stateDir: string | undefined, port: number, address = "127.0.0.1"): string {
  const place = address === "127.0.0.1" ? `${port}` : `${port}-${fileSafe(address)}`;
  return path.join(stateDir ?? defaultDir(), place + ending());
}

/** What the names of this machine's files end with. */
function ending(): string {
  return `@${fileSafe(hostname())}.json`;
}

/** Files that are looked at. */
const MOST_FILES = 64;

/** All that lead on this machine, or did when they were last seen; files that cannot be used are passed over. */
export async function leadersHere(stateDir: string | undefined): Promise<Leader[]> {
  const directory = stateDir ?? defaultDir();
  const names = await readdir(directory).catch((): string[] => []);
  const files = names.filter((name) => name.endsWith(ending())).slice(0, MOST_FILES);
  const found = files.map((name) => readLeader(path.join(directory, name)).catch(() => undefined));
  return (await Promise.all(found)).filter((one) => one !== undefined);
}

function fileSafe(name: string): string {
  return name.replaceAll(/[^\w.-]/g, "_");
}

/**
 * Replaces the file in one step.
 *
 * @throws LeaderFileError when it cannot be kept from others, or cannot be written.
 */
export async function writeLeader(file: string, entry: Leader): Promise<void> {
  const directory = path.dirname(file);
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await checkDirectory(directory);
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(JSON.stringify(entry));
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw asLeaderFileError(error, file);
  }
}

/**
 * @param url where the leader of this file must be.
 * @returns nothing when there is no file.
 * @throws LeaderFileError when there is one that is not to be trusted.
 */
export async function readLeader(file: string, url?: string): Promise<Leader | undefined> {
  try {
    await checkDirectory(path.dirname(file));
    // Windows knows no such flag, and has no such links for ordinary users.
    const noFollow = (constants as Partial<typeof constants>).O_NOFOLLOW ?? 0;
    const handle = await open(file, constants.O_RDONLY | noFollow);
    try {
      const stats = await handle.stat();
      if (!stats.isFile() || stats.size > MAX_BYTES)
        throw new LeaderFileError(`${file} is not a file of ours; remove it.`);
      checkOwner(file, stats);
      const found = leader.parse(JSON.parse(await handle.readFile("utf8")));
      if (url !== undefined && found.url !== url) throw new Error("another address");
      return found;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw asLeaderFileError(error, file);
  }
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

async function checkDirectory(directory: string): Promise<void> {
  const stats = await lstat(directory);
  if (!stats.isDirectory())
    throw new LeaderFileError(`${directory} is not a directory; remove it, or set --state-dir.`);
  checkOwner(directory, stats);
}

/** On Windows the directory is the user's own by the rights it inherits. */
function checkOwner(name: string, { uid, mode }: Stats): void {
  const own = process.getuid?.();
  if (own === undefined) return;
  if (uid !== own)
    throw new LeaderFileError(`${name} belongs to another user; remove it, or set --state-dir.`);
  if ((mode & 0o077) !== 0) {
    throw new LeaderFileError(
      `Others may read or change ${name}; make it yours alone with: chmod go= '${name}'`,
    );
  }
}

function defaultDir(): string {
  const home = homedir();
  const base: Partial<Record<NodeJS.Platform, string>> = {
    win32: process.env["LOCALAPPDATA"] ?? path.join(home, "AppData", "Local"),
    darwin: path.join(home, "Library", "Application Support"),
  };
  return path.join(base[process.platform] ?? path.join(home, ".local", "state"), "mcp-token-bridge");
}

function asLeaderFileError(error: unknown, file: string): LeaderFileError {
  if (error instanceof LeaderFileError) return error;
  const code = codeOf(error);
  if (code === "ELOOP") return new LeaderFileError(`${file} is a link; remove it.`);
  if (code !== undefined)
    return new LeaderFileError(`${file} cannot be used (${code}); see to its rights, or set --state-dir.`);
  return new LeaderFileError(`${file} does not hold what a bridge writes; remove it.`);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error ? String(error.code) : undefined;
}
