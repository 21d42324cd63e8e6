/** What takes OTLP over HTTP with JSON, as a collector does, and keeps it; a test says how it answers. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly signal: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface FakeCollector {
  readonly url: string;
  readonly received: Received[];
  /** How the next are answered; by default they are taken. */
  reply: (response: ServerResponse, received: Received) => void;
  /** The spans so far. */
  spans(): Span[];
  /** The metrics that came last. */
  metrics(): Metric[];
  logs(): Item[];
  close(): Promise<void>;
}

interface Item {
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[];
}

export interface Span extends Item {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly traceState?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
}

export interface Metric {
  readonly name: string;
  readonly sum?: { readonly dataPoints: readonly Point[] };
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[] };
}

export interface Point extends Item {
  readonly asInt?: string;
  readonly asDouble?: number;
  readonly count?: string;
  readonly sum?: number;
  readonly bucketCounts?: readonly string[];
  readonly explicitBounds?: readonly number[];
}

/** The attributes of an item as plain values. */
export function attributesOf(item: Item | undefined): Readonly<Record<string, unknown>> {
  return Object.fromEntries((item?.attributes ?? []).map(({ key, value }) => [key, plain(value)]));
}

function plain(value: Readonly<Record<string, unknown>>): unknown {
  const [[kind, found] = ["", undefined]] = Object.entries(value);
  if (kind === "intValue") return Number(found);
  if (kind !== "arrayValue") return found;
  return (found as { values: Readonly<Record<string, unknown>>[] }).values.map(plain);
}

export async function startCollector(): Promise<FakeCollector> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (piece: string) => {
      body += piece;
    });
    request.on("end", () => {
      const one = { signal: (request.url ?? "").replace(/.*\//, ""), headers: request.headers, body };
      received.push(one);
      collector.reply(response, one);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const items = (signal: string, names: readonly [string, string, string]): unknown[] =>
    received
      .filter((one) => one.signal === signal)
      .flatMap(({ body }) => {
        const { [names[0]]: resources = [] } = JSON.parse(body) as Record<
          string,
          Record<string, unknown[]>[]
        >;
        return resources.flatMap(({ [names[1]]: scopes = [] }) =>
          (scopes as Record<string, unknown[]>[]).flatMap(({ [names[2]]: found = [] }) => found),
        );
      });
  const collector: FakeCollector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    reply: (response) => response.end("{}"),
    spans: () => items("traces", ["resourceSpans", "scopeSpans", "spans"]) as Span[],
    metrics() {
      const last = received.findLast(({ signal }) => signal === "metrics");
      if (last === undefined) return [];
      const { resourceMetrics } = JSON.parse(last.body) as {
        resourceMetrics: { scopeMetrics: { metrics: Metric[] }[] }[];
      };
      return resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics));
    },
    logs: () => items("logs", ["resourceLogs", "scopeLogs", "logRecords"]) as Item[],
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return collector;
}
