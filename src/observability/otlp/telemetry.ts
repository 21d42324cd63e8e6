/** What a bridge tells a collector of OpenTelemetry: traces, metrics, and where the chain of its audit log stands. */
import { randomUUID } from "node:crypto";
import type { Config } from "../../config/settings.ts";
import { nextTurn } from "../../util/next-turn.ts";
import type { Metrics, RequestRecord } from "../metrics.ts";
import { type Attributes, keyValues, nanoseconds } from "./encode.ts";
import { fromPrometheus } from "./from-prometheus.ts";
import { Instruments } from "./instruments.ts";
import { ATTRIBUTE, AUDIT_EVENT, GEN_AI_VERSION, RESOURCE, SCHEMA_URL, SCOPE } from "./names.ts";
import { post } from "./post.ts";
import { Sender } from "./sender.ts";
import { spansOf } from "./spans.ts";

const TIMEOUT_MS = 10_000;
const CLOSES_WITHIN_MS = 2000;
/** The severity of a log record. */
const INFO = 9;
const GRPC_PORT = "4317";
const SIGNALS = {
  traces: { resources: "resourceSpans", scopes: "scopeSpans", items: "spans" },
  metrics: { resources: "resourceMetrics", scopes: "scopeMetrics", items: "metrics" },
  logs: { resources: "resourceLogs", scopes: "scopeLogs", items: "logRecords" },
} as const;
type Signal = keyof typeof SIGNALS;
const CONVENTIONS = keyValues({ [ATTRIBUTE.conventions]: GEN_AI_VERSION });

export interface TelemetryOptions {
  readonly settings: Pick<
    Config,
    "otlpEndpoint" | "otlpHeaders" | "otlpContent" | "otlpMetricsMs" | "otlpService" | "otlpResource"
  >;
  readonly version: string;
  readonly metrics: Metrics;
  readonly onProblem: (message: string) => void;
}

/** One that is running; nothing where no collector is named. */
export function openTelemetry(options: TelemetryOptions): Telemetry | undefined {
  const { otlpEndpoint } = options.settings;
  return otlpEndpoint === undefined ? undefined : new Telemetry(new URL(otlpEndpoint), options);
}

export class Telemetry {
  readonly #options: TelemetryOptions;
  readonly #url: URL;
  readonly #resource: string;
  readonly #began = Date.now();
  readonly #instruments = new Instruments();
  readonly #traces: Sender;
  readonly #logs: Sender;
  readonly #ending = new AbortController();
  #timer: NodeJS.Timeout;
  #reporting: Promise<void> | undefined;
  #problem: string | undefined;

  constructor(url: URL, options: TelemetryOptions) {
    this.#options = options;
    this.#url = url;
    const { otlpService, otlpResource, otlpMetricsMs } = options.settings;
    const own: Attributes = {
      ...valuesOf(otlpResource),
      [RESOURCE.service]: otlpService,
      [RESOURCE.version]: options.version,
      [RESOURCE.instance]: randomUUID(),
    };
    this.#resource = JSON.stringify({ attributes: keyValues(own) });
    this.#traces = this.#sender("traces");
    this.#logs = this.#sender("logs");
    this.#timer = setInterval(() => void this.#report(), otlpMetricsMs).unref();
  }

  /** Whether what was asked and answered is wanted. */
  get wantsContent(): boolean {
    return this.#options.settings.otlpContent;
  }

  /** Tells of a request that is over. */
  ended(record: RequestRecord): void {
    this.#instruments.ended(record);
    for (const span of spansOf(record, { at: Date.now(), withContent: this.wantsContent }))
      this.#traces.offer(span);
  }

  /** Tells where the chain of the audit log stands. */
  audited(event: string, { n, digest }: { readonly n: number; readonly digest: string }): void {
    const at = nanoseconds(Date.now());
    const attributes = keyValues({
      [ATTRIBUTE.auditEvent]: event,
      [ATTRIBUTE.auditLine]: n,
      [ATTRIBUTE.auditDigest]: digest,
    });
    this.#logs.offer(
      JSON.stringify({
        timeUnixNano: at,
        observedTimeUnixNano: at,
        severityNumber: INFO,
        severityText: "INFO",
        eventName: AUDIT_EVENT,
        body: { stringValue: `audit: ${event}` },
        attributes,
      }),
    );
  }

  /** Sends what was not sent yet, in bounded time. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    const late = setTimeout(() => this.#ending.abort(), CLOSES_WITHIN_MS);
    await this.#reporting;
    await Promise.all([
      this.#report(),
      this.#traces.close(CLOSES_WITHIN_MS),
      this.#logs.close(CLOSES_WITHIN_MS),
    ]);
    clearTimeout(late);
  }

  #sender(signal: Signal): Sender {
    return new Sender({
      destination: this.#destination(signal),
      wrap: (items) => this.#wrap(signal, items),
      onLost: (items) => this.#options.metrics.otlpLost(signal, items),
      onProblem: (why) => this.#options.onProblem(this.#notTaken(signal, why)),
    });
  }

  /** Metrics are sums since the beginning: what a collector has missed is in the next ones. */
  #report(): Promise<void> {
    this.#reporting ??= this.#sendMetrics().finally(() => {
      this.#reporting = undefined;
    });
    return this.#reporting;
  }

  async #sendMetrics(): Promise<void> {
    const now = Date.now();
    const items: string[] = [];
    for (const item of this.#instruments.metrics(now)) {
      items.push(item);
      await nextTurn();
    }
    for (const metric of await this.#options.metrics.values()) {
      const item = fromPrometheus(metric, { began: this.#began, now });
      if (item !== undefined) items.push(item);
      await nextTurn();
    }
    const { outcome, why } = await post(
      this.#destination("metrics"),
      this.#wrap("metrics", items),
      this.#ending.signal,
    );
    const problem = outcome === "taken" ? undefined : why;
    if (problem !== undefined && problem !== this.#problem)
      this.#options.onProblem(this.#notTaken("metrics", problem));
    this.#problem = problem;
  }

  #destination(signal: Signal) {
    const url = new URL(this.#url);
    url.pathname = `${url.pathname.replace(/(?<!\/)\/+$/, "")}/v1/${signal}`;
    return { url, headers: valuesOf(this.#options.settings.otlpHeaders), timeoutMs: TIMEOUT_MS };
  }

  #notTaken(signal: Signal, why: string): string {
    const hint =
      this.#url.port === GRPC_PORT
        ? ` ${GRPC_PORT} is the port of OTLP over gRPC; over HTTP it is 4318.`
        : "";
    return `The collector at ${this.#url.origin} did not take the ${signal} (${why}).${hint} Requests are served all the same.`;
  }

  #wrap(signal: Signal, items: readonly string[]): string {
    const { resources, scopes, items: name } = SIGNALS[signal];
    const scope = JSON.stringify({ name: SCOPE, version: this.#options.version, attributes: CONVENTIONS });
    return (
      `{"${resources}":[{"resource":${this.#resource},"schemaUrl":"${SCHEMA_URL}","${scopes}":[{"scope":${scope},` +
      `"schemaUrl":"${SCHEMA_URL}","${name}":[${items.join(",")}]}]}]}`
    );
  }
}

function valuesOf(given: Config["otlpHeaders"]): Readonly<Record<string, string>> {
  return Object.fromEntries(given.map(({ name, value }) => [name, value]));
}
