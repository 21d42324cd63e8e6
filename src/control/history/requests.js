// @ts-check
/** Single requests of the history, the newest first. Plain JavaScript, because its thread uses it as it is. */

/**
 * @typedef {import("./queries.ts").RequestsQuery} RequestsQuery
 * @typedef {import("./queries.ts").RequestsPage} RequestsPage
 * @typedef {import("./queries.ts").KeptRequest} KeptRequest
 * @typedef {{ prepare(sql: string): { all(...values: unknown[]): object[] } }} Database
 */

const PAGE_LENGTH = 50;
const COLUMNS = `rowid AS place, at, id, key, client, host, asked, model, api, route, stream, status, error, input AS inputTokens,
  cached AS cachedTokens, output AS outputTokens, estimated, first_ms AS firstMs, ms, notices, tried`;
const FAILED = "(error IS NOT NULL OR status >= 400)";
const SEARCHED = ["key", "client", "host", "asked", "model", "error", "id", "notices"];

/** So many are looked through at once, that others need not wait long for the thread. */
const LOOKED_THROUGH = 200_000;

/** @typedef {[condition: string, ...values: unknown[]]} Condition */

/**
 * @param {RequestsQuery} query
 * @returns {{ during: Condition[], fitting: Condition[] }}
 */
function filterOf({ before, key, host, model, api, outcome, text, from, until }) {
  /** @type {Condition[]} */
  const during = [];
  /** @type {Condition[]} */
  const fitting = [];
  if (before !== undefined) {
    const [at, place] = before.split("-").map(Number);
    during.push(["(at, rowid) < (?, ?)", at, place]);
  }
  if (from !== undefined) during.push(["at >= ?", from]);
  if (until !== undefined) during.push(["at < ?", until]);
  if (key !== undefined) fitting.push(["key = ?", key]);
  if (host !== undefined) fitting.push(["host = ?", host]);
  if (model !== undefined) fitting.push(["(model = ? OR asked = ?)", model, model]);
  if (api !== undefined) fitting.push(["api = ?", api]);
  if (outcome !== undefined) fitting.push([outcome === "failed" ? FAILED : `NOT ${FAILED}`]);
  if (text !== undefined && text !== "") {
    const pattern = `%${text.replaceAll(/[\\%_]/g, "\\$&")}%`;
    const columns = SEARCHED.map((column) => `ifnull(${column}, '')`).join(" || char(10) || ");
    fitting.push([`${columns} LIKE ? ESCAPE '\\'`, pattern]);
  }
  return { during, fitting };
}

/** @param {readonly Condition[]} conditions */
function where(conditions) {
  return conditions.length === 0 ? "" : `WHERE ${conditions.map(([condition]) => condition).join(" AND ")}`;
}

/** @param {readonly Condition[]} conditions */
function valuesOf(conditions) {
  return conditions.flatMap(([, ...values]) => values);
}

const NEWEST_FIRST = "ORDER BY at DESC, rowid DESC";

/**
 * @param {Database} database
 * @param {RequestsQuery} query
 * @returns {RequestsPage}
 */
export function requestsPage(database, query) {
  const { during, fitting } = filterOf(query);
  const end = lastLookedAt(database, during);
  /** @type {Condition[]} */
  const conditions = [...during, ...(end === undefined ? [] : [end.condition]), ...fitting];
  const rows = database
    .prepare(`SELECT ${COLUMNS} FROM requests ${where(conditions)} ${NEWEST_FIRST} LIMIT ?`)
    .all(...valuesOf(conditions), PAGE_LENGTH + 1);
  const requests = rows.slice(0, PAGE_LENGTH);
  const last = /** @type {{ at: number, place: number } | undefined} */ (requests.at(-1));
  const next = rows.length > PAGE_LENGTH && last !== undefined ? `${last.at}-${last.place}` : end?.next;
  return { requests: requests.map(told), next: next ?? null };
}

/**
 * The last that is looked at, where there are more.
 *
 * @param {Database} database
 * @param {readonly Condition[]} during
 * @returns {{ condition: Condition, next: string } | undefined}
 */
function lastLookedAt(database, during) {
  const [last] = database
    .prepare(`SELECT at, rowid AS place FROM requests ${where(during)} ${NEWEST_FIRST} LIMIT 1 OFFSET ?`)
    .all(...valuesOf(during), LOOKED_THROUGH - 1);
  if (last === undefined) return undefined;
  const { at, place } = /** @type {{ at: number, place: number }} */ (last);
  return { condition: ["(at, rowid) >= (?, ?)", at, place], next: `${at}-${place}` };
}

/**
 * @param {object} row
 * @returns {KeptRequest}
 */
function told(row) {
  const {
    place: _,
    notices,
    tried,
    estimated,
    stream,
    ...rest
  } = /** @type {Record<string, unknown>} */ (row);
  const list = (/** @type {unknown} */ text, /** @type {string} */ between) =>
    typeof text === "string" && text !== "" ? text.split(between) : [];
  return /** @type {KeptRequest} */ (
    /** @type {unknown} */ ({
      ...rest,
      stream: stream === null ? null : stream === 1,
      estimated: estimated === 1,
      notices: list(notices, ","),
      tried: list(tried, "\n"),
    })
  );
}
