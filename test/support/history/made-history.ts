/**
 * `node made-history.ts FOLDER REQUESTS DAYS [UNTIL]`: fills the history in a state directory with what many requests of some people over some
 * days might have left, always the same. Needs a Node with SQLite.
 */
import { History } from "../../../src/control/history/history.ts";
import type { HistoryRecord } from "../../../src/control/history/record.ts";

const AT_ONCE = 5000;
const DAY_MS = 86_400_000;
const KEYS = ["anna", "ben", "ci", "editor", "notebooks", undefined];
const MODELS = ["gpt-4o", "claude-sonnet-4.5", "gemini-2.5-pro"];
const HOSTS = ["vscode", "vscode-2", "goose"];
const APIS = [
  ["openai-chat", "/v1/chat/completions"],
  ["anthropic-messages", "/v1/messages"],
  ["openai-responses", "/v1/responses"],
] as const;
const CLIENTS = ["claude-cli/2.1.0", "codex_cli_rs/0.50", "OpenAI/Python 2.3", "curl/8.9"];
const ERRORS = ["host_failed", "host_timeout", "client_left", "key_rate_limited"];

/** Numbers between 0 and 1 that look random (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** More by day than by night, and few at weekends. */
function isLikely(at: number, chance: number): boolean {
  const date = new Date(at);
  const byHour = Math.max(0.04, Math.sin(((date.getUTCHours() - 6) / 14) * Math.PI));
  return chance < byHour * (date.getUTCDay() % 6 === 0 ? 0.25 : 1);
}

function* made(requests: number, days: number, until: number): Generator<HistoryRecord> {
  const next = numbers(1);
  const some = <Item>(items: readonly Item[], lean = 1.6): Item =>
    items[Math.floor(next() ** lean * items.length)] as Item;
  const times = new Float64Array(requests);
  for (let count = 0; count < requests;) {
    const at = Math.floor(until - next() * days * DAY_MS);
    if (!isLikely(at, next())) continue;
    times[count] = at;
    count += 1;
  }
  for (const [count, at] of times.toSorted().entries()) {
    const [api, route] = some(APIS);
    const error = next() < 0.03 ? some(ERRORS) : undefined;
    const input = Math.floor(200 + next() ** 3 * 24_000);
    const output = Math.floor(20 + next() ** 2 * 1500);
    const firstMs = Math.floor(350 + next() ** 4 * 9000);
    const host = some(HOSTS, 2.2);
    yield {
      at,
      id: `${count.toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`,
      key: some(KEYS),
      client: some(CLIENTS),
      host,
      asked: "auto",
      model: error === undefined ? some(MODELS) : undefined,
      api,
      route,
      stream: next() < 0.8,
      status: error === undefined ? 200 : error === "key_rate_limited" ? 429 : 502,
      error,
      inputTokens: error === undefined ? input : undefined,
      cachedTokens: error === undefined ? Math.floor(input * next() * 0.8) : undefined,
      outputTokens: error === undefined ? output : undefined,
      estimated: next() < 0.7,
      firstMs: error === undefined ? firstMs : undefined,
      ms: firstMs + output * (9 + Math.floor(next() * 12)),
      notices: next() < 0.2 ? ["temperature-not-honoured"] : [],
      tried: next() < 0.02 ? ["goose", host] : [host],
    };
  }
}

const [stateDir = "", requests = "1000", days = "30", until = String(Date.now())] = process.argv.slice(2);
const history = new History({
  stateDir,
  keepDays: 3650,
  onNotice: (message) => {
    throw new Error(message);
  },
});
let added = 0;
for (const record of made(Number(requests), Number(days), Number(until))) {
  history.add(record);
  added += 1;
  // Until the file has them; no more are kept in memory.
  if (added % AT_ONCE === 0) await history.totals({ by: "key", since: Number(until) });
}
await history.close();
