// @ts-check
/**
 * The thread that writes the history to a file, so that a slow disk delays no request. It is plain JavaScript without
 * imports of ours, because a thread is started from a file as it is, in the sources too; in a bundle it is a separate
 * entry.
 */
import { closeSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";

/**
 * @typedef {import("./record.ts").HistoryRecord} HistoryRecord
 * @typedef {import("./record.ts").UsageQuery} UsageQuery
 * @typedef {{ run(...values: unknown[]): unknown, get(): object | undefined, all(...values: unknown[]): object[] }} Statement
 * @typedef {{ exec(sql: string): void, prepare(sql: string): Statement, close(): void }} Database
 * @typedef {{ add: readonly HistoryRecord[] } | { ask: number, query: UsageQuery } | { close: true }} Message
 */

const { sqlite, file, keepDays, mostTotals } =
  /** @type {{ sqlite: string, file: string, keepDays: number, mostTotals: number }} */ (workerData);
const HOUR_MS = 3_600_000;
const VERSION = 1;

/** The columns by which the hourly sums can be grouped. */
const COLUMNS = { key: "key", model: "model", host: "host", day: "date(hour * 3600, 'unixepoch')" };

const TABLES = `
  CREATE TABLE IF NOT EXISTS requests (
    at INTEGER NOT NULL, key TEXT, client TEXT, host TEXT, asked TEXT, model TEXT, api TEXT, status INTEGER, error TEXT,
    input INTEGER, output INTEGER, estimated INTEGER, first_ms INTEGER, ms INTEGER, notices TEXT
  );
  CREATE INDEX IF NOT EXISTS requests_at ON requests (at);
  CREATE TABLE IF NOT EXISTS hours (
    hour INTEGER NOT NULL, key TEXT NOT NULL, host TEXT NOT NULL, model TEXT NOT NULL, api TEXT NOT NULL,
    requests INTEGER NOT NULL, errors INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL, estimated INTEGER NOT NULL,
    PRIMARY KEY (hour, key, host, model, api)
  ) WITHOUT ROWID;
`;

function begin() {
  const { DatabaseSync } = /** @type {{ DatabaseSync: new (file: string) => Database }} */ (
    createRequire(import.meta.url)(sqlite)
  );
  // SQLite gives the rights of the file to its companion files.
  closeSync(openSync(file, "a", 0o600));
  const database = new DatabaseSync(file);
  // Several bridges of a user may share the file.
  database.exec("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;");
  const version = Number(Object.values(database.prepare("PRAGMA user_version").get() ?? {})[0]);
  if (version > VERSION) throw new Error("It was written by a newer version.");
  database.exec(`${TABLES} PRAGMA user_version = ${VERSION};`);
  return {
    database,
    request: database.prepare("INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
    hour: database.prepare(
      `INSERT INTO hours VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET requests = requests + 1,
       errors = errors + excluded.errors, input = input + excluded.input, output = output + excluded.output,
       estimated = estimated + excluded.estimated`,
    ),
  };
}

/** @typedef {ReturnType<typeof begin>} Store */

let cleanedAt = 0;

/**
 * @param {Store} store
 * @param {readonly HistoryRecord[]} records
 */
function add({ database, request, hour }, records) {
  database.exec("BEGIN IMMEDIATE");
  try {
    for (const each of records) {
      const { at, key, client, host, asked, model, api, status, error, estimated, ms, notices } = each;
      const { inputTokens = null, outputTokens = null, firstMs = null } = each;
      request.run(
        at,
        key ?? null,
        client,
        host ?? null,
        asked,
        model ?? null,
        api,
        status,
        error ?? null,
        inputTokens,
        outputTokens,
        estimated ? 1 : 0,
        firstMs,
        ms,
        notices.join(","),
      );
      const [input, output] = [inputTokens ?? 0, outputTokens ?? 0];
      hour.run(
        Math.floor(at / HOUR_MS),
        key ?? "",
        host ?? "",
        model ?? "",
        api,
        error !== undefined || status >= 400 ? 1 : 0,
        input,
        output,
        estimated ? input + output : 0,
      );
    }
    const now = Date.now();
    if (now - cleanedAt > HOUR_MS) {
      cleanedAt = now;
      const oldest = now - keepDays * 24 * HOUR_MS;
      database.prepare("DELETE FROM requests WHERE at < ?").run(oldest);
      database.prepare("DELETE FROM hours WHERE hour < ?").run(Math.floor(oldest / HOUR_MS));
    }
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/**
 * @param {Store} store
 * @param {UsageQuery} query
 */
function totals({ database }, { by, since }) {
  const order = by === "day" ? "name" : "requests DESC";
  return database
    .prepare(
      `SELECT ${COLUMNS[by]} AS name, SUM(requests) AS requests, SUM(errors) AS errors, SUM(input) AS inputTokens,
       SUM(output) AS outputTokens, SUM(estimated) AS estimatedTokens FROM hours WHERE hour >= ? GROUP BY 1
       ORDER BY ${order} LIMIT ?`,
    )
    .all(Math.floor(since / HOUR_MS), mostTotals)
    .map((row) => ({ ...row }));
}

/** @param {unknown} error */
function problem(error) {
  return error instanceof Error ? error.message : String(error);
}

/** @returns {Store | undefined} */
function opened() {
  try {
    return begin();
  } catch (error) {
    parentPort?.postMessage({ problem: problem(error) });
    return undefined;
  }
}

const store = opened();
if (store !== undefined) {
  parentPort?.on("message", (/** @type {Message} */ message) => {
    try {
      if ("add" in message) {
        add(store, message.add);
        parentPort?.postMessage({ added: message.add.length });
      } else if ("ask" in message) {
        parentPort?.postMessage({ answer: message.ask, totals: totals(store, message.query) });
      } else {
        store.database.close();
        parentPort?.close();
      }
    } catch (error) {
      parentPort?.postMessage({ problem: problem(error) });
    }
  });
}
