/** The history of requests: in a file where this Node has SQLite and the file can be used, else in memory. */
import { createRequire, isBuiltin } from "node:module";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { within } from "../../util/async.ts";
import { workerFile } from "../../util/package.ts";
import { makeOwnDirectory, stateDirectory } from "../../util/own-file.ts";
import { sumsOf } from "./hours.js";
import { requestsIn } from "./in-memory.ts";
import type { RequestsQuery, SeriesQuery } from "./queries.ts";
import {
  type HistoryRecord,
  MOST_TOTALS,
  totalsOf,
  type UsageQuery,
  type UsageTotals,
  usageTotals,
} from "./record.ts";
import { seriesOf } from "./series.js";

const FLUSH_MS = 250;
/** Records in memory: the newest ones where there is no file, else those that are not on disk yet. */
const MOST_RECORDS = 10_000;
const ANSWERS_WITHIN_MS = 10_000;
const CLOSES_WITHIN_MS = 2000;

/** What has SQLite: Node from 22.13 on, and before it a package with the same interface, if somebody has installed it beside ours. */
const SQLITE = isBuiltin("node:sqlite") ? "node:sqlite" : installed("@photostructure/sqlite");

/** Whether it can be kept in a file. */
export const HAS_FILE = SQLITE !== undefined;

function installed(name: string): string | undefined {
  try {
    return createRequire(import.meta.url).resolve(name);
  } catch {
    return undefined;
  }
}

export interface HistoryOptions {
  readonly stateDir: string | undefined;
  /** How long records are kept; 0 keeps none. */
  readonly keepDays: number;
  /** Called once when the file cannot be used. */
  readonly onNotice: (message: string) => void;
}

/** Questions to the thread. */
export type Question =
  | { readonly totals: UsageQuery }
  | { readonly series: SeriesQuery }
  | { readonly requests: RequestsQuery };

/** Messages of the thread; an answer is JSON. */
type Said =
  | { readonly added: number }
  | { readonly answer: number; readonly text: string }
  | { readonly problem: string };

export class History {
  readonly #options: HistoryOptions;
  /** Records that are not on disk yet. */
  #records: HistoryRecord[] = [];
  /** How many of them were sent to the thread. */
  #given = 0;
  #worker: Promise<Worker | undefined> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failed = false;
  readonly #asked = new Map<number, (text: string | undefined) => void>();
  #asks = 0;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  add(record: HistoryRecord): void {
    if (this.#options.keepDays === 0) return;
    this.#records.push(record);
    if (this.#records.length > MOST_RECORDS) {
      this.#records.shift();
      this.#given = Math.max(0, this.#given - 1);
    }
    // Without a file nothing is written.
    if (!this.#failed) this.#timer ??= setTimeout(() => void this.#flush(), FLUSH_MS).unref();
  }

  async totals(query: UsageQuery): Promise<UsageTotals> {
    const text = await this.#answer({ totals: query });
    if (text === undefined) return { kept: "memory", totals: totalsOf(this.#records, query) };
    return usageTotals.parse({ kept: "file", totals: JSON.parse(text) });
  }

  /** A `Series` as JSON, with where it is kept. */
  async series(query: SeriesQuery): Promise<string> {
    const text = await this.#answer({ series: query });
    if (text !== undefined) return `{"kept":"file",${text.slice(1)}`;
    return JSON.stringify({ kept: "memory", ...seriesOf(sumsOf(this.#records, query.step), query) });
  }

  /** A `RequestsPage` as JSON, with where it is kept. */
  async requests(query: RequestsQuery): Promise<string> {
    const text = await this.#answer({ requests: query });
    if (text !== undefined) return `{"kept":"file",${text.slice(1)}`;
    return JSON.stringify({ kept: "memory", ...requestsIn(this.#records, query) });
  }

  /** What the file has to say; `undefined` where there is none. */
  async #answer(question: Question): Promise<string | undefined> {
    await this.#flush();
    const worker = await this.#started();
    if (worker === undefined) return undefined;
    this.#asks += 1;
    const id = this.#asks;
    const asked = new Promise<string | undefined>((resolve) => {
      this.#asked.set(id, resolve);
      worker.postMessage({ ask: id, question });
    });
    const text = await within(asked, ANSWERS_WITHIN_MS);
    this.#asked.delete(id);
    return text;
  }

  /** Writes the pending records. */
  async close(): Promise<void> {
    if (this.#timer !== undefined) await this.#flush();
    const worker = await this.#worker;
    if (worker === undefined || this.#failed) return;
    this.#failed = true;
    const ended = new Promise<true>((resolve) => worker.once("exit", () => resolve(true)));
    worker.postMessage({ close: true });
    if ((await within(ended, CLOSES_WITHIN_MS)) === undefined) await worker.terminate();
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const worker = await this.#started();
    if (worker === undefined || this.#given === this.#records.length) return;
    const add = this.#records.slice(this.#given);
    this.#given = this.#records.length;
    worker.postMessage({ add });
  }

  #started(): Promise<Worker | undefined> {
    this.#worker ??= this.#start().catch((error: unknown) => {
      this.#fail(error instanceof Error ? error.message : String(error));
      return undefined;
    });
    return this.#failed ? Promise.resolve(undefined) : this.#worker;
  }

  async #start(): Promise<Worker | undefined> {
    const { stateDir, keepDays } = this.#options;
    if (!HAS_FILE) {
      this.#fail(
        "this Node has no SQLite, which exists from 22.13 on or with the package @photostructure/sqlite",
      );
      return undefined;
    }
    const directory = stateDir ?? stateDirectory();
    await makeOwnDirectory(directory);
    const file = path.join(directory, "history.db");
    const worker = new Worker(workerFile(import.meta.url, "history-worker"), {
      workerData: { sqlite: SQLITE, file, keepDays, mostTotals: MOST_TOTALS },
      env: {},
      execArgv: [],
      // Otherwise the output of a thread would go to stdout, which belongs to MCP.
      stdout: true,
      stderr: true,
    });
    worker.unref();
    worker.on("message", (said: Said) => this.#hear(said));
    worker.on("error", (error: unknown) =>
      this.#fail(error instanceof Error ? error.message : String(error)),
    );
    worker.on("exit", () => this.#fail("its thread has ended"));
    return worker;
  }

  #hear(said: Said): void {
    if ("added" in said) {
      this.#records.splice(0, said.added);
      this.#given = Math.max(0, this.#given - said.added);
    } else if ("answer" in said) this.#asked.get(said.answer)?.(said.text);
    else this.#fail(said.problem);
  }

  /** Keeps records in memory from now on. */
  #fail(problem: string): void {
    if (this.#failed) return;
    this.#failed = true;
    for (const resolve of this.#asked.values()) resolve(undefined);
    this.#options.onNotice(
      `The history of requests is kept in memory only (the last ${MOST_RECORDS}, until the bridge ends): ${problem}.`,
    );
  }
}
