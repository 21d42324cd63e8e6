import type { HistoryRecord } from "../control/history/record.ts";
import type { RequestRecord, TurnRecord } from "../observability/metrics.ts";

/** The history record of a request for a turn. */
export function historyRecord(
  { id, route, stream, askedBy, dialect, status, error, seconds }: RequestRecord,
  turn: TurnRecord,
  at: number,
): HistoryRecord {
  const { usage, firstContent } = turn;
  return {
    at,
    id,
    key: askedBy.key,
    client: askedBy.client,
    host: turn.host,
    asked: turn.asked,
    model: turn.model,
    api: dialect,
    route,
    stream,
    status,
    error,
    inputTokens: usage?.inputTokens,
    cachedTokens: usage?.cachedTokens,
    outputTokens: usage?.outputTokens,
    estimated: usage?.estimated ?? false,
    firstMs: firstContent === undefined ? undefined : Math.round(firstContent * 1000),
    ms: Math.round(seconds * 1000),
    notices: turn.notices,
    tried: turn.tried,
  };
}
