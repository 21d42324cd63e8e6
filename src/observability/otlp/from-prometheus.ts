/** What `/metrics` shows, as OTLP has it and under the same names, so that one dashboard fits both. Pure functions. */
import type { MetricObjectWithValues, MetricValueWithName } from "prom-client";
import { double, keyValues, nanoseconds } from "./encode.ts";
import { CUMULATIVE } from "./instruments.ts";

export type PromMetric = MetricObjectWithValues<MetricValueWithName<string>>;

interface Times {
  /** Milliseconds since the epoch. */
  readonly began: number;
  readonly now: number;
}

/** The metric as JSON; nothing where it has no value yet. */
export function fromPrometheus(
  { name, help, type, values }: PromMetric,
  { began, now }: Times,
): string | undefined {
  if (values.length === 0) return undefined;
  const kind = String(type);
  const times = { startTimeUnixNano: nanoseconds(began), timeUnixNano: nanoseconds(now) };
  const about = { name, description: help };
  if (kind === "histogram") {
    const dataPoints = histogramPoints(name, values).map((point) => ({ ...times, ...point }));
    return JSON.stringify({ ...about, histogram: { aggregationTemporality: CUMULATIVE, dataPoints } });
  }
  const dataPoints = values.map(({ labels, value }) => ({
    ...times,
    attributes: keyValues(labels),
    asDouble: double(value),
  }));
  const sum = { aggregationTemporality: CUMULATIVE, isMonotonic: true, dataPoints };
  return JSON.stringify({ ...about, ...(kind === "counter" ? { sum } : { gauge: { dataPoints } }) });
}

interface Gathered {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly bounds: number[];
  /** How many were at most as large as each bound. */
  readonly below: number[];
  sum: number;
  count: number;
}

function histogramPoints(name: string, values: PromMetric["values"]): object[] {
  const all = new Map<string, Gathered>();
  for (const { labels, value, metricName } of values) {
    const { le, ...rest } = labels as Readonly<Record<string, string | number>>;
    const key = JSON.stringify(rest);
    const one = all.get(key) ?? { labels: rest, bounds: [], below: [], sum: 0, count: 0 };
    all.set(key, one);
    if (metricName === `${name}_sum`) one.sum = value;
    else if (metricName === `${name}_count`) one.count = value;
    else if (le !== undefined && Number.isFinite(Number(le))) {
      one.bounds.push(Number(le));
      one.below.push(value);
    }
  }
  return [...all.values()].map(({ labels, bounds, below, sum, count }) => ({
    attributes: keyValues(labels),
    count: String(count),
    sum: double(sum),
    explicitBounds: bounds,
    bucketCounts: [...below, count].map((upTo, index) => String(upTo - (below[index - 1] ?? 0))),
  }));
}
