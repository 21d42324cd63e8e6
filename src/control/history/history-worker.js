// @ts-check
/**
 * The thread that writes the history to a file, so that a slow disk delays no request. It is plain JavaScript and imports
 * nothing else of ours, because a thread is started from a file as it is, in the sources too; in a bundle it is a separate
 * entry.
 */
import { closeSync, openSync } from "node:fs";
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import { bothSpreads, HOUR_MS, placeOf, sumsOf } from "./hours.js";
import { placesOf, seriesOf } from "./series.js";
import { requestsPage } from "./requests.js";

/**
 * @typedef {import("./record.ts").HistoryRecord} HistoryRecord
 * @typedef {import("./record.ts").UsageQuery} UsageQuery
 * @typedef {{ run(...values: unknown[]): unknown, get(...values: unknown[]): object | undefined, all(...values: unknown[]): object[],
 *   iterate(...values: unknown[]): Iterable<object> }} Statement
 * @typedef {{ exec(sql: string): void, prepare(sql: string): Statement, close(): void }} Database
 * @typedef {import("./history.ts").Question} Question
 * @typedef {{ add: readonly HistoryRecord[] } | { ask: number, question: Question } | { close: true }} Message
 */

const { sqlite, file, keepDays, mostTotals } =
  /** @type {{ sqlite: string, file: string, keepDays: number, mostTotals: number }} */ (workerData);
const VERSION = 2;

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
/** What was added to the tables of the first version. */
const SINCE_2 = `
  ALTER TABLE requests ADD COLUMN id TEXT;
  ALTER TABLE requests ADD COLUMN route TEXT;
  ALTER TABLE requests ADD COLUMN stream INTEGER;
  ALTER TABLE requests ADD COLUMN cached INTEGER;
  ALTER TABLE requests ADD COLUMN tried TEXT;
  ALTER TABLE hours ADD COLUMN cached INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE hours ADD COLUMN busy INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE hours ADD COLUMN first TEXT NOT NULL DEFAULT '';
  ALTER TABLE hours ADD COLUMN whole TEXT NOT NULL DEFAULT '';
  CREATE TABLE days (
    hour INTEGER NOT NULL, key TEXT NOT NULL, host TEXT NOT NULL, model TEXT NOT NULL, api TEXT NOT NULL,
    requests INTEGER NOT NULL, errors INTEGER NOT NULL, input INTEGER NOT NULL, output INTEGER NOT NULL, estimated INTEGER NOT NULL,
    cached INTEGER NOT NULL, busy INTEGER NOT NULL, first TEXT NOT NULL, whole TEXT NOT NULL,
    PRIMARY KEY (hour, key, host, model, api)
  ) WITHOUT ROWID;
  INSERT INTO days SELECT hour / 24, key, host, model, api, SUM(requests), SUM(errors), SUM(input), SUM(output), SUM(estimated), 0, 0, '', ''
    FROM hours GROUP BY 1, 2, 3, 4, 5;
`;
const REQUEST =
  "at, id, key, client, host, asked, model, api, route, stream, status, error, input, cached, output, estimated, first_ms, ms, notices, tried";
const HOUR = "hour, key, host, model, api";
const SUMS = ["requests", "errors", "input", "cached", "output", "estimated", "busy"];

/** @param {string} list */
function marks(list) {
  return list.split(",").fill("?").join(", ");
}

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
  if (version < VERSION) migrate(database);
  return {
    database,
    request: database.prepare(`INSERT INTO requests (${REQUEST}) VALUES (${marks(REQUEST)})`),
    hour: sums(database, "hours"),
    day: sums(database, "days"),
  };
}

/**
 * @param {Database} database
 * @param {"hours" | "days"} table
 */
function sums(database, table) {
  return {
    spreads: database.prepare(`SELECT first, whole FROM ${table} WHERE (${HOUR}) = (${marks(HOUR)})`),
    add: database.prepare(
      `INSERT INTO ${table} (${HOUR}, ${SUMS.join(", ")}, first, whole) VALUES (${marks(HOUR)}, ${marks(SUMS.join())}, ?, ?)
       ON CONFLICT DO UPDATE SET ${SUMS.map((sum) => `${sum} = ${sum} + excluded.${sum}`).join(", ")},
       first = excluded.first, whole = excluded.whole`,
    ),
  };
}

/**
 * Several bridges may open it at once.
 *
 * @param {Database} database
 */
function migrate(database) {
  database.exec("BEGIN IMMEDIATE");
  try {
    const now = Number(Object.values(database.prepare("PRAGMA user_version").get() ?? {})[0]);
    if (now < 1) database.exec(TABLES);
    if (now < 2) database.exec(SINCE_2);
    database.exec(`PRAGMA user_version = ${VERSION}; COMMIT`);
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/** @typedef {ReturnType<typeof begin>} Store */

let cleanedAt = 0;

/**
 * @param {Store} store
 * @param {readonly HistoryRecord[]} records
 */
function add({ database, request, hour, day }, records) {
  database.exec("BEGIN IMMEDIATE");
  try {
    for (const record of records) request.run(...rowOf(record));
    for (const sum of sumsOf(records, "hour")) addSum(hour, sum);
    for (const sum of sumsOf(records, "day")) addSum(day, sum);
    const now = Date.now();
    if (now - cleanedAt > HOUR_MS) {
      cleanedAt = now;
      const oldest = now - keepDays * 24 * HOUR_MS;
      database.prepare("DELETE FROM requests WHERE at < ?").run(oldest);
      database.prepare("DELETE FROM hours WHERE hour < ?").run(placeOf(oldest, "hour"));
      database.prepare("DELETE FROM days WHERE hour < ?").run(placeOf(oldest, "day"));
    }
    database.exec("COMMIT");
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/**
 * @param {ReturnType<typeof sums>} table
 * @param {import("./hours.js").Hour} sum
 */
function addSum({ spreads, add: insert }, sum) {
  const place = [sum.hour, sum.key, sum.host, sum.model, sum.api];
  const { first = "", whole = "" } = /** @type {{ first?: string, whole?: string }} */ (
    spreads.get(...place) ?? {}
  );
  const { requests, errors, input, cached, output, estimated, busy } = sum;
  const counts = [requests, errors, input, cached, output, estimated, busy];
  insert.run(...place, ...counts, bothSpreads(first, sum.first), bothSpreads(whole, sum.whole));
}

/**
 * @param {HistoryRecord} record
 * @returns {unknown[]}
 */
function rowOf(record) {
  const { at, id, client, asked, api, route, stream, status, estimated, ms, notices, tried } = record;
  const { key = null, host = null, model = null, error = null, firstMs = null } = record;
  const { inputTokens = null, cachedTokens = null, outputTokens = null } = record;
  const way = [at, id, key, client, host, asked, model, api, route, stream ? 1 : 0, status, error];
  const tokens = [inputTokens, cachedTokens, outputTokens, estimated ? 1 : 0];
  return [...way, ...tokens, firstMs, ms, notices.join(","), tried.join("\n")];
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

/**
 * Texts, so that nobody else has to write a long answer.
 *
 * @param {Store} store
 * @param {Question} question
 */
function answer(store, question) {
  if ("totals" in question) return JSON.stringify(totals(store, question.totals));
  if ("series" in question) {
    const { first, last } = placesOf(question.series);
    const hours = store.database
      .prepare(`SELECT * FROM ${question.series.step}s WHERE hour BETWEEN ? AND ?`)
      .iterate(first, last);
    return JSON.stringify(
      seriesOf(/** @type {Iterable<import("./hours.js").Hour>} */ (hours), question.series),
    );
  }
  return JSON.stringify(requestsPage(store.database, question.requests));
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
        parentPort?.postMessage({ answer: message.ask, text: answer(store, message.question) });
      } else {
        store.database.close();
        parentPort?.close();
      }
    } catch (error) {
      parentPort?.postMessage({ problem: problem(error) });
    }
  });
}
