/** What is asked of single requests, answered from records in memory. Pure functions. */
import { isError } from "./hours.js";
import { type KeptRequest, PAGE_LENGTH, type RequestsPage, type RequestsQuery } from "./queries.ts";
import type { HistoryRecord } from "./record.ts";

/** @param records the oldest first */
export function requestsIn(records: readonly HistoryRecord[], query: RequestsQuery): RequestsPage {
  const fitting = records
    .map((record, place) => ({ record, place }))
    .filter(({ record, place }) => fits(record, place, query))
    .toSorted((one, other) => other.record.at - one.record.at || other.place - one.place);
  const shown = fitting.slice(0, PAGE_LENGTH);
  const last = shown.at(-1);
  const isMore = fitting.length > shown.length && last !== undefined;
  return {
    requests: shown.map(({ record }) => kept(record)),
    next: isMore ? `${last.record.at}-${last.place}` : null,
  };
}

function fits(record: HistoryRecord, place: number, query: RequestsQuery): boolean {
  const { at, key, client, host, asked, model, api, error, id, notices } = record;
  const { before, text = "", from = 0, until = Infinity, outcome } = query;
  const [beforeAt = Infinity, beforePlace = Infinity] = before?.split("-").map(Number) ?? [];
  const searched = [key, client, host, asked, model, error, id, notices.join(",")].join("\n");
  return (
    (at < beforeAt || (at === beforeAt && place < beforePlace)) &&
    at >= from &&
    at < until &&
    (query.key === undefined || key === query.key) &&
    (query.host === undefined || host === query.host) &&
    (query.model === undefined || model === query.model || asked === query.model) &&
    (query.api === undefined || api === query.api) &&
    (outcome === undefined || isError(record) === (outcome === "failed")) &&
    searched.toLowerCase().includes(text.toLowerCase())
  );
}

function kept(record: HistoryRecord): KeptRequest {
  const { key, host, model, error, inputTokens, cachedTokens, outputTokens, firstMs } = record;
  return {
    ...record,
    key: key ?? null,
    host: host ?? null,
    model: model ?? null,
    error: error ?? null,
    inputTokens: inputTokens ?? null,
    cachedTokens: cachedTokens ?? null,
    outputTokens: outputTokens ?? null,
    firstMs: firstMs ?? null,
  };
}
