/** What can be asked of the history for plots, lists and the story of one request. */
import * as z from "zod";
import type { Immutable } from "../../util/shape.ts";
import { USAGE_BY } from "./record.ts";

const time = z.coerce.number().int().min(0).max(8.64e15);
const name = z.string().max(200);

export const seriesQuery = z.object({
  by: z.enum(["all", "key", "model", "host"]).default("all"),
  step: z.enum(["hour", "day"]).default("hour"),
  from: time,
  until: time,
});
export type SeriesQuery = Immutable<z.output<typeof seriesQuery>>;

/** What came of the requests of a time. Tokens are counted as far as they are known. */
export interface Figures {
  readonly requests: number;
  readonly errors: number;
  readonly input: number;
  /** Those of the input's tokens that were read from a cache. */
  readonly cached: number;
  readonly output: number;
  /** Those of the tokens that are our estimates. */
  readonly estimated: number;
  /** Output's tokens a second, over whole requests. */
  readonly rate: number | null;
  /** Milliseconds to the first token: the 50th, 90th and 99th percentile. */
  readonly first: readonly (number | null)[];
  /** The same of whole requests. */
  readonly whole: readonly (number | null)[];
}

interface Line {
  readonly sum: Figures;
  /** One for each time; `null` where there was nothing. */
  readonly points: readonly (Figures | null)[];
}

export interface Series {
  /** Beginnings, in milliseconds since the epoch. */
  readonly times: readonly number[];
  readonly all: Line;
  /** Those with the most requests first; `null` is the name of all others together. */
  readonly lines: readonly (Line & { readonly name: string | null })[];
}

const MILLISECONDS = "must be milliseconds since the epoch";

export const usageQuery = z.object({
  by: z.enum(USAGE_BY, `must be one of ${USAGE_BY.join(", ")}`).default("key"),
  since: z.coerce.number(MILLISECONDS).int(MILLISECONDS).min(0, MILLISECONDS).default(0),
});

export const requestsQuery = z.object({
  /** The newest of those that are older than this one; as `next` of the page before says. */
  before: z
    .string()
    .regex(/^\d{1,16}-\d{1,16}$/)
    .optional(),
  key: name.optional(),
  host: name.optional(),
  model: name.optional(),
  api: name.optional(),
  outcome: z.enum(["complete", "failed"]).optional(),
  /** Looked for in names, models, clients, errors and ids. */
  text: name.optional(),
  from: time.optional(),
  until: time.optional(),
});
export type RequestsQuery = Immutable<z.output<typeof requestsQuery>>;

/** A request as it is kept; what is not known is `null`. */
export interface KeptRequest {
  readonly at: number;
  readonly id: string | null;
  readonly key: string | null;
  readonly client: string;
  readonly host: string | null;
  readonly asked: string;
  readonly model: string | null;
  readonly api: string;
  readonly route: string | null;
  readonly stream: boolean | null;
  readonly status: number;
  readonly error: string | null;
  readonly inputTokens: number | null;
  readonly cachedTokens: number | null;
  readonly outputTokens: number | null;
  readonly estimated: boolean;
  readonly firstMs: number | null;
  readonly ms: number;
  readonly notices: readonly string[];
  /** The labels of the hosts that were tried, in their order. */
  readonly tried: readonly string[];
}

export interface RequestsPage {
  /** Of many that were looked through at once; there may be none of them that fits. */
  readonly requests: readonly KeptRequest[];
  readonly next: string | null;
}

export const PAGE_LENGTH = 50;
