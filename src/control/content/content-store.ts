/**
 * Prompts and answers, only where the person who runs the bridge has chosen to keep them: encrypted, in a file for each hour, so that what is too
 * old or too much goes by whole files.
 */
import { createReadStream } from "node:fs";
import { readdir, stat, unlink } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import type { RequestRecord } from "../../observability/metrics.ts";
import { appendOwnFile, OwnFileError, stateDirectory } from "../../util/own-file.ts";
import { knownKey, ownKey } from "../../util/own-key.ts";
import { alone } from "../../util/own-lock.ts";
import { contentOf, type KeptContent, openedLine, sealedLine } from "./sealed-line.ts";

const FLUSH_MS = 250;
/** Characters that wait to be written. */
const MOST_WAITING = 16 * 1_048_576;
/** Bytes of all files. */
const MOST_KEPT = 256 * 1_048_576;
const TIDY_MS = 60_000;
const DAY_MS = 86_400_000;
const NAME = /^\d{4}-\d{2}-\d{2}T\d{2}\.sealed$/;

export interface ContentStoreOptions {
  readonly stateDir: string | undefined;
  /** How long; with 0 nothing is kept. */
  readonly keepDays: number;
  /** Called when it cannot be kept, once for each new problem. */
  readonly onProblem: (message: string) => void;
}

export class ContentStore {
  readonly #options: ContentStoreOptions;
  readonly #directory: string;
  #key: Promise<Buffer> | undefined;
  #waiting: KeptContent[] = [];
  #characters = 0;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #tidiedAt = -Infinity;
  #problem: string | undefined;

  constructor(options: ContentStoreOptions) {
    this.#options = options;
    this.#directory = contentDirectory(options.stateDir);
  }

  get isWanted(): boolean {
    return this.#options.keepDays > 0;
  }

  add(record: RequestRecord): void {
    const { turn } = record;
    if (!this.isWanted || turn === undefined) return;
    const content = contentOf(record, turn, Date.now());
    const size = JSON.stringify(content).length;
    if (this.#characters + size > MOST_WAITING) {
      this.#tell("the disk is too slow for it");
      return;
    }
    this.#characters += size;
    this.#waiting.push(content);
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS).unref();
  }

  /** Writes what is not written yet. */
  async close(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const batch = this.#waiting;
    [this.#waiting, this.#characters] = [[], 0];
    if (batch.length === 0) return;
    this.#writing = this.#writing
      .then(async () => {
        await this.#write(batch);
        this.#problem = undefined;
      })
      .catch((error: unknown) =>
        this.#tell(error instanceof OwnFileError ? error.message : `${this.#directory} cannot be written`),
      );
  }

  async #write(batch: readonly KeptContent[]): Promise<void> {
    this.#key ??= ownKey(keyPath(this.#options.stateDir));
    const key = await this.#key.catch((error: unknown) => {
      this.#key = undefined;
      throw error;
    });
    const now = new Date();
    const file = path.join(this.#directory, `${now.toISOString().slice(0, 13)}.sealed`);
    await alone(file, () =>
      appendOwnFile(file, async (handle) => {
        // Behind a line that a process has left unfinished.
        for (const content of batch) await handle.appendFile(`\n${sealedLine(content, key)}\n`);
      }),
    );
    if (performance.now() - this.#tidiedAt < TIDY_MS) return;
    this.#tidiedAt = performance.now();
    await tidy(this.#directory, now.getTime() - this.#options.keepDays * DAY_MS);
  }

  #tell(problem: string): void {
    if (problem !== this.#problem) this.#options.onProblem(`Prompts and answers are not kept: ${problem}`);
    this.#problem = problem;
  }
}

/** What was kept of the request; nothing where nothing was, or it cannot be opened. */
export async function readContent(
  stateDir: string | undefined,
  id: string,
): Promise<KeptContent | undefined> {
  const key = await knownKey(keyPath(stateDir));
  if (key === undefined) return undefined;
  const directory = contentDirectory(stateDir);
  for (const file of (await filesIn(directory)).toReversed()) {
    for await (const line of createInterface({ input: createReadStream(path.join(directory, file)) })) {
      if (!line.startsWith(`${id} `)) continue;
      const content = openedLine(line, key);
      if (content !== undefined) return content;
    }
  }
  return undefined;
}

/** Removes the files that ended before a time, and the oldest of what is too much. */
export async function tidy(directory: string, oldest: number, most = MOST_KEPT): Promise<void> {
  let left = most;
  for (const file of (await filesIn(directory)).toReversed()) {
    const whole = path.join(directory, file);
    const { size, mtimeMs } = await stat(whole).catch(() => ({ size: 0, mtimeMs: Infinity }));
    left -= size;
    if (left < 0 || mtimeMs < oldest) await unlink(whole).catch(() => undefined);
  }
}

/** The oldest first. */
async function filesIn(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch(() => []);
  return names.filter((name) => NAME.test(name)).toSorted();
}

function contentDirectory(stateDir: string | undefined): string {
  return path.join(stateDir ?? stateDirectory(), "content");
}

function keyPath(stateDir: string | undefined): string {
  return path.join(stateDir ?? stateDirectory(), "content-key");
}
