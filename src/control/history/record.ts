/** What is kept of each request, without any of its content, and what is counted of many. Pure functions. */
import * as z from "zod";
import { first, shown, type Immutable } from "../../util/shape.ts";

/** One request for a turn. Unknown is `undefined`. */
export interface HistoryRecord {
  /** When it was over, in milliseconds since the epoch. */
  readonly at: number;
  /** The name of its key. */
  readonly key: string | undefined;
  /** What the client calls itself. */
  readonly client: string;
  readonly host: string | undefined;
  /** The model that the client named. */
  readonly asked: string;
  /** The model that answered. */
  readonly model: string | undefined;
  readonly api: string;
  readonly status: number;
  readonly error: string | undefined;
  readonly inputTokens: number | undefined;
  readonly outputTokens: number | undefined;
  /** Whether these are our estimates. */
  readonly estimated: boolean;
  /** Milliseconds until the first piece of the answer. */
  readonly firstMs: number | undefined;
  readonly ms: number;
  /** The codes of what was not honoured. */
  readonly notices: readonly string[];
}

export const USAGE_BY = ["key", "model", "host", "day"] as const;
export type UsageBy = (typeof USAGE_BY)[number];

export interface UsageQuery {
  readonly by: UsageBy;
  /** Milliseconds since the epoch; counted are whole hours. */
  readonly since: number;
}

const count = z.number().nonnegative();
const total = z.object({
  /** Of the key, model or host, or the day (UTC); empty where none is known. */
  name: shown(200),
  requests: count,
  errors: count,
  inputTokens: count,
  outputTokens: count,
  /** So many of these tokens are our estimate. */
  estimatedTokens: count,
});
export type Total = Immutable<z.output<typeof total>>;

export const MOST_TOTALS = 1000;
/** The totals as they cross between processes. */
export const usageTotals = z.object({
  /** Where they are kept: in memory they begin with the process. */
  kept: z.enum(["file", "memory"]),
  totals: first(total, MOST_TOTALS),
});
export type UsageTotals = Immutable<z.output<typeof usageTotals>>;

const HOUR_MS = 3_600_000;
const HTTP_ERROR = 400;

/** The largest first; days in their order. */
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
