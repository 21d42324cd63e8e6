import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { ErrorCode } from "../turn/error.ts";
import type { Usage } from "../turn/event.ts";

const SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** How many of something there are at the moment of asking. */
export interface Gauges {
  readonly queued: () => number;
  readonly hosts: () => number;
}

export interface RequestLabels {
  readonly dialect: string;
  readonly stream: boolean;
}

/** What operators watch, in Prometheus form; one registry a bridge. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #labels = ["dialect", "stream"] as const;
  readonly #requests = this.#counter("requests_total", "Requests answered.", [...this.#labels, "status"]);
  readonly #errors = this.#counter("errors_total", "Errors told to clients, before or inside a stream.", [
    "dialect",
    "code",
  ]);
  readonly #cancelled = this.#counter("cancelled_total", "Requests whose client left before the end.", [
    ...this.#labels,
  ]);
  readonly #bytes = this.#counter("response_bytes_total", "Bytes of response bodies.", [...this.#labels]);
  readonly #tokens = this.#counter("estimated_tokens_total", "Tokens by our estimate.", [
    "dialect",
    "direction",
  ]);
  readonly #firstByte = this.#histogram(
    "first_byte_seconds",
    "From the request to the first byte of the answer.",
  );
  readonly #firstContent = this.#histogram(
    "first_content_seconds",
    "From the request to the first piece of content.",
  );
  readonly #duration = this.#histogram("duration_seconds", "From the request to the end of the answer.");
  readonly #inFlight = new Gauge({
    name: "mcptb_requests_in_flight",
    help: "Requests being handled.",
    registers: [this.#registry],
  });

  constructor(gauges: Gauges) {
    this.#sampled("requests_queued", "Requests waiting for a host.", gauges.queued);
    this.#sampled("hosts_attached", "MCP hosts attached.", gauges.hosts);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  started(): void {
    this.#inFlight.inc();
  }

  ended(labels: RequestLabels, status: number, seconds: number): void {
    this.#inFlight.dec();
    this.#requests.inc({ ...text(labels), status: String(status) });
    this.#duration.observe(text(labels), seconds);
  }

  error(dialect: string, code: ErrorCode): void {
    this.#errors.inc({ dialect, code });
  }

  cancelled(labels: RequestLabels): void {
    this.#cancelled.inc(text(labels));
  }

  bytes(labels: RequestLabels, count: number): void {
    this.#bytes.inc(text(labels), count);
  }

  firstByte(labels: RequestLabels, seconds: number): void {
    this.#firstByte.observe(text(labels), seconds);
  }

  firstContent(labels: RequestLabels, seconds: number): void {
    this.#firstContent.observe(text(labels), seconds);
  }

  usage(dialect: string, usage: Usage): void {
    this.#tokens.inc({ dialect, direction: "input" }, usage.inputTokens ?? 0);
    this.#tokens.inc({ dialect, direction: "output" }, usage.outputTokens ?? 0);
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name: `mcptb_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string): Histogram<"dialect" | "stream"> {
    return new Histogram({
      name: `mcptb_${name}`,
      help,
      labelNames: [...this.#labels],
      buckets: SECONDS,
      registers: [this.#registry],
    });
  }

  #sampled(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name: `mcptb_${name}`,
      help,
      registers: [this.#registry],
      collect: () => gauge.set(read()),
    });
  }
}

function text(labels: RequestLabels): { dialect: string; stream: string } {
  return { dialect: labels.dialect, stream: String(labels.stream) };
}
