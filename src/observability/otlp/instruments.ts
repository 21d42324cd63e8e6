/** The GenAI metrics, summed up since the process began, as OTLP has them: points by attributes, of which there is a bound. */
import type { RequestRecord, TurnRecord } from "../metrics.ts";
import { type Attributes, double, keyValues, nanoseconds } from "./encode.ts";
import { ATTRIBUTE, COUNTERS, HISTOGRAMS, OPERATION, PROVIDER } from "./names.ts";

/** Points of a metric; names of models come from clients, and each would be a point for ever. */
const MOST_POINTS = 1000;
const OVERFLOW: Attributes = { "otel.metric.overflow": true };
/** Of sums, in OTLP: since the beginning. */
export const CUMULATIVE = 2;

/** How long it took between the pieces of one answer: for each bucket how often. */
export class ChunkTimes {
  readonly counts: number[] = Array.from({ length: HISTOGRAMS.perChunk.buckets.length + 1 }, () => 0);
  sum = 0;
  #last: number | undefined;

  /** Notes that a piece has come, at a time in seconds. */
  came(seconds: number): void {
    if (this.#last !== undefined) {
      const took = seconds - this.#last;
      const bucket = bucketOf(took, HISTOGRAMS.perChunk.buckets);
      this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
      this.sum += took;
    }
    this.#last = seconds;
  }
}

interface Point {
  readonly attributes: Attributes;
  sum: number;
  readonly counts: number[];
}

class Points {
  readonly #size: number;
  readonly #points = new Map<string, Point>();

  /** @param size how many counts each has. */
  constructor(size: number) {
    this.#size = size;
  }

  of(attributes: Attributes): Point {
    const key = JSON.stringify(attributes);
    const known = this.#points.get(key);
    if (known !== undefined) return known;
    if (this.#points.size >= MOST_POINTS && attributes !== OVERFLOW) return this.of(OVERFLOW);
    const point = { attributes, sum: 0, counts: Array.from({ length: this.#size }, () => 0) };
    this.#points.set(key, point);
    return point;
  }

  [Symbol.iterator](): Iterator<Point> {
    return this.#points.values();
  }
}

type HistogramName = keyof typeof HISTOGRAMS;
type CounterName = keyof typeof COUNTERS;

export class Instruments {
  readonly #began = nanoseconds(Date.now());
  readonly #histograms = eachOf(HISTOGRAMS, ({ buckets }) => new Points(buckets.length + 1));
  readonly #counters = eachOf(COUNTERS, () => new Points(0));

  ended(record: RequestRecord): void {
    const { dialect, method, route, status, error, seconds, turn } = record;
    if (dialect === "none") return;
    this.#observe("http", seconds, {
      [ATTRIBUTE.method]: method,
      [ATTRIBUTE.route]: route,
      [ATTRIBUTE.status]: status,
      [ATTRIBUTE.scheme]: "http",
      [ATTRIBUTE.error]: error,
    });
    if (turn?.host !== undefined) this.#turn(record, turn);
  }

  /** The metrics, each as JSON. */
  *metrics(now: number): Generator<string> {
    const times = { startTimeUnixNano: this.#began, timeUnixNano: nanoseconds(now) };
    for (const name of Object.keys(HISTOGRAMS) as HistogramName[]) {
      const { name: called, help, unit, buckets } = HISTOGRAMS[name];
      const dataPoints = [...this.#histograms[name]].map(({ attributes, sum, counts }) => ({
        ...times,
        attributes: keyValues(attributes),
        count: String(counts.reduce((all, count) => all + count, 0)),
        sum: double(sum),
        bucketCounts: counts.map(String),
        explicitBounds: buckets,
      }));
      const histogram = { aggregationTemporality: CUMULATIVE, dataPoints };
      if (dataPoints.length > 0) yield JSON.stringify({ name: called, description: help, unit, histogram });
    }
    for (const name of Object.keys(COUNTERS) as CounterName[]) {
      const { name: called, help, unit } = COUNTERS[name];
      const dataPoints = [...this.#counters[name]].map(({ attributes, sum }) => ({
        ...times,
        attributes: keyValues(attributes),
        asInt: String(sum),
      }));
      const sum = { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints };
      if (dataPoints.length > 0) yield JSON.stringify({ name: called, description: help, unit, sum });
    }
  }

  #turn({ error, seconds }: RequestRecord, turn: TurnRecord): void {
    const { usage, chunks, firstContent, askedAt, stream } = turn;
    const attributes: Attributes = {
      [ATTRIBUTE.operation]: OPERATION,
      [ATTRIBUTE.provider]: PROVIDER,
      [ATTRIBUTE.requestModel]: turn.asked,
      [ATTRIBUTE.responseModel]: turn.model,
    };
    this.#observe("duration", seconds - askedAt, { ...attributes, [ATTRIBUTE.error]: error });
    if (stream && firstContent !== undefined) this.#observe("firstChunk", firstContent - askedAt, attributes);
    if (stream && chunks !== undefined && chunks.sum > 0) {
      const point = this.#histograms.perChunk.of(attributes);
      point.sum += chunks.sum;
      for (const [index, count] of chunks.counts.entries())
        point.counts[index] = (point.counts[index] ?? 0) + count;
    }
    if (usage === undefined) return;
    const counted = { ...attributes, [ATTRIBUTE.estimated]: usage.estimated };
    this.#count("input", usage.inputTokens, counted);
    this.#count("cached", usage.cachedTokens, counted);
    this.#count("output", usage.outputTokens, counted);
  }

  #observe(name: HistogramName, value: number, attributes: Attributes): void {
    const point = this.#histograms[name].of(attributes);
    const bucket = bucketOf(value, HISTOGRAMS[name].buckets);
    point.counts[bucket] = (point.counts[bucket] ?? 0) + 1;
    point.sum += Math.max(0, value);
  }

  #count(name: CounterName, tokens: number | undefined, attributes: Attributes): void {
    // A figure of a host may be anything.
    if (tokens !== undefined && Number.isSafeInteger(tokens) && tokens > 0)
      this.#counters[name].of(attributes).sum += tokens;
  }
}

/** The first bucket whose upper bound is not below it. */
function bucketOf(value: number, bounds: readonly number[]): number {
  const found = bounds.findIndex((bound) => value <= bound);
  return found < 0 ? bounds.length : found;
}

function eachOf<Name extends string, From, To>(
  table: Readonly<Record<Name, From>>,
  make: (from: From) => To,
): Readonly<Record<Name, To>> {
  const made = Object.entries<From>(table).map(([name, from]): [string, To] => [name, make(from)]);
  return Object.fromEntries(made) as Readonly<Record<Name, To>>;
}
