import { Counter, Gauge, Histogram, Registry } from "prom-client";
import type { ErrorCode } from "../turn/error-kinds.ts";
import type { StopReason, Usage } from "../turn/event.ts";
import type { Rate } from "../turn/rate.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { Trace } from "../turn/trace.ts";
import type { PromMetric } from "./otlp/from-prometheus.ts";
import type { ChunkTimes } from "./otlp/instruments.ts";

/** Upper bounds in seconds: a local answer takes milliseconds, a model minutes. */
const SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];

/** Current values, read when the metrics are requested. */
export interface Gauges {
  readonly inFlight: () => number;
  readonly queued: () => number;
  readonly hosts: () => number;
  /** The limits of the named keys. */
  readonly limits: () => readonly KeyLimit[];
}

/** One limit of a named key. */
export interface KeyLimit extends Pick<Rate, "limit" | "left"> {
  readonly key: string;
  /** Such as `tokens a day`. */
  readonly of: string;
}

/** `cancelled`: the client left, or was dropped because it stopped reading. */
export type Outcome = "complete" | "failed" | "cancelled";

/** The outcome of one request. Every member that becomes a label has few possible values. */
export interface RequestRecord {
  readonly id: string;
  readonly method: string;
  /** The pattern of the route, e.g. `/v1/models/{id}`. */
  readonly route: string;
  /** The dialect; `none` for the bridge's own paths. */
  readonly dialect: string;
  readonly stream: boolean;
  /** The status that was sent; 499 when the client left before that. */
  readonly status: number;
  readonly outcome: Outcome;
  readonly error: ErrorCode | undefined;
  /** Bytes of the body. */
  readonly bytes: number;
  /** Since its arrival. */
  readonly seconds: number;
  /** The name of the named key, if one was used. */
  readonly key: string | undefined;
  /** The sender, for people: the name of its key, and how the client names itself. */
  readonly askedBy: { readonly key: string | undefined; readonly client: string };
  /** Its step of a trace, where traces are kept, and the client's, where it has told of one. */
  readonly trace: { readonly own: Trace; readonly parent: Trace | undefined } | undefined;
  /** Set for requests that ask a host for a turn. */
  readonly turn: TurnRecord | undefined;
}

/** Times are seconds since the request's arrival. */
export interface TurnRecord {
  readonly stream: boolean;
  readonly choices: number;
  readonly firstByte: number | undefined;
  readonly firstContent: number | undefined;
  /** When a host was looked for. */
  readonly askedAt: number;
  readonly usage: Usage | undefined;
  /** Why each answer ended, of those that did. */
  readonly finish: readonly (StopReason["unified"] | undefined)[];
  /** The model name of the request. */
  readonly asked: string;
  /** The codes of the notices. */
  readonly notices: readonly string[];
  /** The labels of the hosts that were tried, in their order. */
  readonly tried: readonly string[];
  /** The label of the host that was asked, if one was. */
  readonly host: string | undefined;
  /** The model that answered, as the host names it. */
  readonly model: string | undefined;
  /** The step in which the host answered, where traces are kept. */
  readonly trace: Trace | undefined;
  /** Where traces are kept. */
  readonly chunks: ChunkTimes | undefined;
  /** With its content: nothing of it may be kept but where that was chosen. */
  readonly request: TurnRequest;
  /** Only where the content of answers was chosen to be kept. */
  readonly answers: readonly Answer[];
}

/** The content of an answer. */
export interface Answer {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly { readonly name: string; readonly input: string }[];
}

/** What operators watch, in Prometheus form; one registry a bridge. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = this.#counter("requests_total", "Requests answered.", [
    "route",
    "dialect",
    "stream",
    "status",
    "outcome",
  ]);
  readonly #errors = this.#counter("errors_total", "Errors sent to clients, before or inside a stream.", [
    "dialect",
    "code",
  ]);
  readonly #cancelled = this.#counter("cancelled_total", "Requests whose client left before the end.", [
    "dialect",
    "stream",
  ]);
  readonly #bytes = this.#counter("response_bytes_total", "Bytes of response bodies.", ["dialect", "stream"]);
  readonly #turns = this.#counter(
    "turns_total",
    "Requests for a turn, by the host asked and the model that answered.",
    ["host", "model", "outcome"],
  );
  readonly #tokens = this.#counter("tokens_total", "Tokens; `counted` is the host, or our estimate.", [
    "direction",
    "counted",
    "host",
    "model",
  ]);
  readonly #keyTurns = this.#counter("key_turns_total", "Requests for a turn, by the named key.", [
    "key",
    "outcome",
  ]);
  readonly #keyTokens = this.#counter(
    "key_tokens_total",
    "Tokens by the named key; `counted` is the host, or our estimate.",
    ["key", "direction", "counted"],
  );
  readonly #refused = this.#counter("connections_refused_total", "Connections beyond --max-connections.", []);
  readonly #otlpLost = this.#counter("otlp_lost_total", "Spans and log records that no collector has got.", [
    "signal",
  ]);
  readonly #firstByte = this.#histogram(
    "first_byte_seconds",
    "From the request to the first byte of the body.",
  );
  readonly #firstContent = this.#histogram(
    "first_content_seconds",
    "From the request to the first event of the host's answer.",
  );
  readonly #duration = this.#histogram("duration_seconds", "From the request to the end of the answer.");

  readonly #hosts = new LabelValues();
  readonly #models = new LabelValues();
  readonly #keys = new LabelValues();

  constructor(gauges: Gauges) {
    this.#sampleLimits(gauges.limits);
    this.#sampled("mcptb_requests_in_flight", "Requests for a turn in progress.", gauges.inFlight);
    this.#sampled("mcptb_requests_queued", "Requests waiting for a slot at a host.", gauges.queued);
    this.#sampled("mcptb_hosts_attached", "Attached MCP hosts.", gauges.hosts);
    this.#sampled("process_resident_memory_bytes", "Resident memory.", () => process.memoryUsage.rss());
    this.#sampled("process_cpu_seconds_total", "CPU time of the process, user and system.", cpuSeconds);
  }

  #sampleLimits(read: () => readonly KeyLimit[]): void {
    const gauge = (name: "limit" | "left", help: string): void => {
      const one: Gauge = new Gauge({
        name: `mcptb_key_${name}`,
        help,
        labelNames: ["key", "of"],
        registers: [this.#registry],
        collect: () => {
          // Keys come and go.
          one.reset();
          for (const each of read().slice(0, MOST_LIMITS))
            one.set({ key: each.key, of: each.of }, each[name]);
        },
      });
    };
    gauge("limit", "What a named key may use; `of` says of what and in which time.");
    gauge(
      "left",
      "What a named key has left of a limit; estimated tokens, what runs reserved with its highest use.",
    );
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** All of them with their values. */
  values(): Promise<readonly PromMetric[]> {
    return this.#registry.getMetricsAsJSON();
  }

  /** Counts a finished request. */
  ended(record: RequestRecord): void {
    const { route, dialect, status, outcome, error, turn } = record;
    const stream = String(record.stream);
    this.#requests.inc({ route, dialect, stream, status: String(status), outcome });
    if (outcome === "cancelled") this.#cancelled.inc({ dialect, stream });
    else if (error !== undefined) this.#errors.inc({ dialect, code: error });
    this.#bytes.inc({ dialect, stream }, record.bytes);
    if (turn === undefined) return;
    this.#duration.observe({ dialect, stream }, record.seconds);
    const host = this.#hosts.of(turn.host);
    const model = this.#models.of(turn.model);
    this.#turns.inc({ host, model, outcome });
    const key = record.key === undefined ? undefined : this.#keys.of(record.key);
    if (key !== undefined) this.#keyTurns.inc({ key, outcome });
    if (turn.firstByte !== undefined) this.#firstByte.observe({ dialect, stream }, turn.firstByte);
    if (turn.firstContent !== undefined) this.#firstContent.observe({ dialect, stream }, turn.firstContent);
    if (turn.usage === undefined) return;
    const counted = turn.usage.estimated ? "estimated" : "host";
    for (const direction of ["input", "output"] as const) {
      const tokens = amount(turn.usage[`${direction}Tokens`]);
      this.#tokens.inc({ direction, counted, host, model }, tokens);
      if (key !== undefined) this.#keyTokens.inc({ key, direction, counted }, tokens);
    }
  }

  /** Counts a connection that was closed because there are too many. */
  connectionRefused(): void {
    this.#refused.inc();
  }

  otlpLost(signal: string, items: number): void {
    this.#otlpLost.inc({ signal }, items);
  }

  #counter<Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> {
    return new Counter({ name: `mcptb_${name}`, help, labelNames, registers: [this.#registry] });
  }

  #histogram(name: string, help: string): Histogram<"dialect" | "stream"> {
    return new Histogram({
      name: `mcptb_${name}`,
      help,
      labelNames: ["dialect", "stream"],
      buckets: SECONDS,
      registers: [this.#registry],
    });
  }

  #sampled(name: string, help: string, read: () => number): void {
    const gauge: Gauge = new Gauge({
      name,
      help,
      registers: [this.#registry],
      collect: () => gauge.set(read()),
    });
  }
}

const MOST_VALUES = 50;
/** Keys have up to four each. */
const MOST_LIMITS = 200;
const LONGEST_VALUE = 100;

/** Foreign names as label values: each creates a permanent series, so only the first ones are used. */
class LabelValues {
  readonly #known = new Set<string>();

  of(name: string | undefined): string {
    if (name === undefined) return "none";
    const value = name.slice(0, LONGEST_VALUE);
    if (this.#known.size < MOST_VALUES) this.#known.add(value);
    return this.#known.has(value) ? value : "other";
  }
}

/** A counter throws for an invalid amount, and a host may send any value. */
function amount(figure: number | undefined): number {
  return figure !== undefined && Number.isFinite(figure) && figure > 0 ? figure : 0;
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
