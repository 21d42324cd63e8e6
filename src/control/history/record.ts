/** The record of a request, without any of its content, and the totals of many. Pure functions. */
import * as z from "zod";
import { first, shown, type Immutable } from "../../util/shape.ts";

/** One request for a turn. Unknown values are `undefined`. */
export interface HistoryRecord {
  /** Its end, in milliseconds since the epoch. */
  readonly at: number;
  /** As the log has it. */
  readonly id: string;
  /** The name of its key. */
  readonly key: string | undefined;
  /** How the client names itself. */
  readonly client: string;
  readonly host: string | undefined;
  /** The model name of the request. */
  readonly asked: string;
  /** The model that answered. */
  readonly model: string | undefined;
  readonly api: string;
  /** The pattern of its path. */
  readonly route: string;
  readonly stream: boolean;
  readonly status: number;
  readonly error: string | undefined;
  readonly inputTokens: number | undefined;
  /** Those of the input's tokens that were read from a cache. */
  readonly cachedTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** Whether the token counts are our estimates. */
  readonly estimated: boolean;
  /** Milliseconds until the first event of the answer. */
  readonly firstMs: number | undefined;
  readonly ms: number;
  /** The codes of the notices. */
  readonly notices: readonly string[];
  /** The labels of the hosts that were tried, in their order. */
  readonly tried: readonly string[];
}

export const USAGE_BY = ["key", "model", "host", "day"] as const;
export type UsageBy = (typeof USAGE_BY)[number];

export interface UsageQuery {
  readonly by: UsageBy;
  /** Milliseconds since the epoch; only whole hours are counted. */
  readonly since: number;
}

const count = z.number().nonnegative();
const total = z.object({
  /** The name of the key, model or host, or the day (UTC); empty where it is unknown. */
  name: shown(200),
  requests: count,
  errors: count,
  inputTokens: count,
  outputTokens: count,
  /** How many of these tokens are our estimate. */
  estimatedTokens: count,
});
export type Total = Immutable<z.output<typeof total>>;

export const MOST_TOTALS = 1000;
/** The totals as sent between processes. */
export const usageTotals = z.object({
  /** Where the records are: in memory they begin with the start of the process. */
  kept: z.enum(["file", "memory"]),
  totals: first(total, MOST_TOTALS),
});
export type UsageTotals = Immutable<z.output<typeof usageTotals>>;

const HOUR_MS = 3_600_000;
const HTTP_ERROR = 400;

/** The largest first; days by date. */
export function totalsOf(records: Iterable<HistoryRecord>, { by, since }: UsageQuery): Total[] {
  const from = Math.floor(since / HOUR_MS) * HOUR_MS;
  const totals = new Map<string, { -readonly [Member in keyof Total]: Total[Member] }>();
  for (const record of records) {
    if (record.at < from) continue;
    const name = nameOf(record, by);
    const sum = totals.get(name) ?? {
      name,
      requests: 0,
      errors: 0,
      inputTokens: 0,
      outputTokens: 0,
      estimatedTokens: 0,
    };
    totals.set(name, sum);
    const { inputTokens = 0, outputTokens = 0, estimated, status, error } = record;
    sum.requests += 1;
    sum.errors += error !== undefined || status >= HTTP_ERROR ? 1 : 0;
    sum.inputTokens += inputTokens;
    sum.outputTokens += outputTokens;
    sum.estimatedTokens += estimated ? inputTokens + outputTokens : 0;
  }
  const sorted = [...totals.values()].toSorted((one, other) =>
    by === "day" ? one.name.localeCompare(other.name) : other.requests - one.requests,
  );
  return sorted.slice(0, MOST_TOTALS);
}

function nameOf(record: HistoryRecord, by: UsageBy): string {
  return by === "day" ? new Date(record.at).toISOString().slice(0, 10) : (record[by] ?? "");
}
