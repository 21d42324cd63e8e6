import type { Exchange } from "../dialects/dialect.ts";
import type { LiveRequest } from "../control/control-shapes.ts";
import type { Answer, TurnRecord } from "../observability/metrics.ts";
import { ChunkTimes } from "../observability/otlp/instruments.ts";
import { keyName } from "../turn/principal.ts";
import { toBridgeError } from "../turn/error.ts";
import type { AttachedHost } from "../routing/choose.ts";
import type { StopReason, TurnEvent, TurnEvents, Usage } from "../turn/event.ts";
import type { Trace } from "../turn/trace.ts";
import type { RequestScope } from "./request-scope.ts";

export interface WatchOptions {
  /** Whether the log shall have the request and the answers in full. */
  readonly logContent: boolean;
  /** Whether the record of the request shall have the answers. */
  readonly keepAnswers: boolean;
  /** The step of a trace in which the host answers, where traces are kept. */
  readonly trace: Trace | undefined;
}
/** What a turn is at: it waits for the lender, a place or the host, or is being answered. */
export type TurnState = LiveRequest["state"];

const MOST_TRIED = 20;

/** Observes a turn for the log, the metrics and the outcome of its request. */
export class TurnWatch {
  readonly stream: boolean;
  firstContent: number | undefined;
  usage: Usage | undefined;
  /** The codes of the notices. */
  readonly notices = new Set<string>();
  /** The hosts that were tried, in their order. */
  readonly tried: string[] = [];
  /** Characters of the answer so far. */
  characters = 0;
  readonly #scope: RequestScope;
  readonly #exchange: Exchange;
  readonly #options: WatchOptions;
  readonly #chunks: ChunkTimes | undefined;
  state: TurnState = "host";
  /** Whether a host has heard of it. */
  wasSent = false;
  /** The answers in full, where somebody shall have them. */
  readonly #answers: readonly Writable[] | undefined;
  readonly #finish: (StopReason["unified"] | undefined)[];
  /** When a host was looked for. */
  #askedAt = 0;
  /** The host that was asked last. */
  #host: string | undefined;
  #model: string | undefined;
  /** The names of the host's models. */
  #known: readonly string[] = [];

  constructor(scope: RequestScope, exchange: Exchange, options: WatchOptions) {
    this.#scope = scope;
    this.#exchange = exchange;
    this.#options = options;
    const each = <Value>(make: () => Value): Value[] => Array.from({ length: exchange.choices }, make);
    this.#answers =
      options.logContent || options.keepAnswers
        ? each(() => ({ text: "", reasoning: "", toolCalls: [] }))
        : undefined;
    this.#finish = each(() => undefined);
    this.#chunks = options.trace === undefined ? undefined : new ChunkTimes();
    this.stream = exchange.stream;
  }

  /** The model name of the request. */
  get asked(): string {
    return this.#exchange.request.model.slice(0, 200);
  }

  get host(): string | undefined {
    return this.#host;
  }

  /** The model that answers, once the host has named it; until then the name in the request. */
  get model(): string | undefined {
    const isClients = this.#model === this.#exchange.request.model && !this.#known.includes(this.#model);
    return isClients ? undefined : this.#model;
  }

  /** The first log line of the request; `host` is the one that is asked, if there is one. */
  received(host?: Pick<AttachedHost, "label" | "models">): void {
    const { request, stream } = this.#exchange;
    this.#askedAt = this.#scope.seconds;
    this.#host = host?.label;
    this.#known = host?.models ?? [];
    this.#scope.log.info(
      {
        ...this.#where(),
        model: this.asked,
        stream,
        messages: request.messages.length,
        tools: request.tools.length,
        ...(this.#options.logContent && { request }),
      },
      "RX",
    );
  }

  /** The request as it was decoded. */
  get request(): Exchange["request"] {
    return this.#exchange.request;
  }

  /** Notes which host is asked. */
  movedTo(host: string): void {
    this.#host = host;
    this.state = "host";
    if (this.tried.at(-1) !== host && this.tried.length < MOST_TRIED) this.tried.push(host);
  }

  /** Notes that the host hears of it now. */
  entered(): void {
    this.state = "host";
    this.wasSent = true;
  }

  #where(): object {
    const { route, principal } = this.#scope;
    return { route, host: this.#host, key: keyName(principal) };
  }

  /** The last log line of the request. */
  summary(): object {
    return {
      ...this.#where(),
      model: this.#model,
      usage: this.usage,
      ...(this.#options.logContent && { answers: this.#answers }),
    };
  }

  /** What is told of it once its request is over. */
  record(firstByte: number | undefined): TurnRecord {
    const { request, choices } = this.#exchange;
    const { keepAnswers, trace } = this.#options;
    return {
      stream: this.stream,
      choices,
      firstByte,
      firstContent: this.firstContent,
      askedAt: this.#askedAt,
      usage: this.usage,
      finish: this.#finish,
      asked: this.asked,
      notices: [...this.notices],
      tried: this.tried,
      host: this.#host,
      model: this.model,
      trace,
      chunks: this.#chunks,
      request,
      answers: keepAnswers ? (this.#answers ?? []) : [],
    };
  }

  /** Passes events on and observes them; a throw becomes the event that ends the turn with an error. */
  async *watch(events: TurnEvents): TurnEvents {
    try {
      for await (const event of events) {
        this.#see(event);
        yield event;
      }
    } catch (thrown) {
      const event: TurnEvent = { type: "turn-error", error: toBridgeError(thrown) };
      this.#see(event);
      yield event;
    }
  }

  #see(event: TurnEvent): void {
    const scope = this.#scope;
    switch (event.type) {
      case "turn-wait":
        if (event.reason === "slot" || event.reason === "approval")
          this.state = event.reason === "slot" ? "queued" : "approval";
        if (event.reason === "consent") scope.log.warn({ message: event.message }, "waiting");
        return;
      case "turn-start":
        this.#model ??= event.model.slice(0, 200);
        this.firstContent ??= scope.seconds;
        this.state = "answering";
        return;
      case "turn-end":
        this.usage = event.usage;
        this.#finish[event.choice ?? 0] = event.stopReason.unified;
        return;
      case "turn-error":
        scope.failed(event.error);
        return;
      default:
        this.#measure(lengthOf(event));
        write(this.#answers?.[event.choice ?? 0], event);
    }
  }

  #measure(characters: number): void {
    if (characters === 0) return;
    this.characters += characters;
    this.#chunks?.came(this.#scope.seconds);
  }
}

function lengthOf(event: TurnEvent): number {
  if (event.type === "text-delta" || event.type === "reasoning-delta") return event.text.length;
  return event.type === "tool-call-delta" ? event.json.length : 0;
}

/** An answer as it is being written down. */
interface Writable extends Answer {
  text: string;
  reasoning: string;
  readonly toolCalls: { readonly name: string; input: string }[];
}

function write(answer: Writable | undefined, event: TurnEvent): void {
  if (answer === undefined) return;
  const call = answer.toolCalls.at(-1);
  if (event.type === "text-delta") answer.text += event.text;
  if (event.type === "reasoning-delta") answer.reasoning += event.text;
  if (event.type === "tool-call-start") answer.toolCalls.push({ name: event.name, input: "" });
  if (event.type === "tool-call-delta" && call !== undefined) call.input += event.json;
}
