import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Dialect, RequestHeaders } from "../dialects/dialect.ts";
import type { Logger } from "../observability/log.ts";
import type { Outcome, RequestRecord } from "../observability/metrics.ts";
import { BridgeError } from "../turn/error.ts";
import { ANYONE, keyName, type Principal } from "../turn/principal.ts";
import { parseTrace, type Trace, traceBelow } from "../turn/trace.ts";
import { endWith } from "../wire/body.ts";
import type { BodyBudget, BodyShare } from "../wire/body-budget.ts";
import { checkEncoding, checkMediaType, readJson, type JsonLimits } from "../wire/json.ts";
import { errorHeaders } from "./error-headers.ts";
import { endAfterBody, expectsContinue, hasUnreadBody } from "./linger.ts";
import type { Spending } from "./spending.ts";
import type { Target } from "./target.ts";
import type { TurnWatch } from "./turn-watch.ts";

const HTTP_ERROR = 400;

/** Limits of bodies, of one and of all together. */
export interface BodyLimits extends JsonLimits {
  readonly budget: BodyBudget;
}

export interface ScopeOptions {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly target: Target;
  readonly dialect: Dialect;
  readonly log: Logger;
  /** Milliseconds for which a client may stop reading its response. */
  readonly stallMs: number;
  /** Whether traces are kept. */
  readonly traces: boolean;
  /** Called once at the end of the request, in every case. */
  readonly onEnd: (record: RequestRecord) => void;
}

/** Answers a request; `params` are the variable parts of its path. */
export type Handler = (scope: RequestScope, params: Readonly<Record<string, string>>) => void | Promise<void>;

/**
 * One HTTP request, from its arrival until the last byte of its response was passed to the system or its client has
 * left: its id, its log, the ways to answer it, the signal that ends its work, and its metrics.
 */
export class RequestScope {
  /** The id in the log and in the response. */
  readonly id: string = randomUUID();
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly method: string;
  readonly path: string;
  /** The dialect of the response, also for errors. */
  readonly dialect: Dialect;
  readonly headers: RequestHeaders = { get: (name) => this.#header(name) };
  /** The step of a trace in which its client asks, where it says so. */
  readonly askedIn: Trace | undefined;
  /** Its own step, where traces are kept. */
  readonly trace: Trace | undefined;
  /** The pattern of the route, once it is known. */
  route = "none";
  /** The sender, once it is known. */
  principal: Principal = ANYONE;
  /** Whether no page of another origin can have sent it. */
  isOwnOrigin = false;
  /** The name of the key that a host used. */
  hostKey: string | undefined;
  /** The observed turn, for requests that need one. */
  turn: TurnWatch | undefined;
  /** The part of its key's limits that is reserved for it. */
  spending: Spending | undefined;
  readonly #search: string;
  readonly #log: Logger;
  #ownLog: Logger | undefined;
  /** When it has come, in milliseconds since the epoch. */
  readonly since = Date.now();
  readonly #began = performance.now();
  readonly #stallMs: number;
  readonly #onEnd: (record: RequestRecord) => void;
  readonly #atEnd: (() => void)[] = [];
  readonly #abort = new AbortController();
  #share: BodyShare | undefined;
  #error: BridgeError | undefined;
  #bytes = 0;
  #firstByte: number | undefined;
  #ended = false;

  constructor(options: ScopeOptions) {
    const { incoming, outgoing, target, dialect } = options;
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.method = incoming.method ?? "GET";
    this.path = target.path;
    this.#search = target.search;
    this.dialect = dialect;
    this.#log = options.log;
    this.askedIn = parseTrace(incoming.headers["traceparent"], incoming.headers["tracestate"]);
    this.trace = options.traces ? traceBelow(this.askedIn) : undefined;
    this.#stallMs = options.stallMs;
    this.#onEnd = options.onEnd;
    const { socket } = incoming;
    const onClose = (): void => {
      socket.off("close", onClose);
      this.#end();
    };
    outgoing.once("close", onClose);
    // A response that still waits for its turn on the connection (pipelining) gets a close event only from the socket.
    socket.once("close", onClose);
    outgoing.on("error", () => undefined);
    outgoing.setHeader(dialect.requestIdHeader, this.id);
  }

  get query(): URLSearchParams {
    return new URLSearchParams(this.#search);
  }

  /** Aborted when the client leaves, or with the reason given to `abort`. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** A logger that adds the request id to each line. */
  get log(): Logger {
    const traceId = (this.trace ?? this.askedIn)?.traceId;
    return (this.#ownLog ??= this.#log.child({
      id: this.id,
      ...(traceId !== undefined && { trace: traceId }),
    }));
  }

  /** Seconds since the request arrived. */
  get seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  /** True when the client cannot be answered any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Whether its body is a large one. */
  get isLarge(): boolean {
    return this.#share?.isLarge ?? false;
  }

  /** Calls back at the end of the request; at once if it has ended. */
  whenEnded(work: () => void): void {
    if (this.#ended) work();
    else this.#atEnd.push(work);
  }

  /** Ends the work on the request; the client gets the error with which its turn ends. */
  abort(reason: BridgeError): void {
    this.#abort.abort(reason);
  }

  /**
   * Reads the body as JSON, after sending `100 Continue` to a client that waits for it. Its share of the budget is
   * given back at the end of the request.
   *
   * @throws BridgeError as `checkEncoding`, `checkMediaType` and `readJson` of the wire do.
   */
  async readJson(limits: BodyLimits): Promise<unknown> {
    const { incoming, outgoing } = this;
    const share = limits.budget.open();
    if (!this.#ended) this.#share = share;
    try {
      checkEncoding(incoming.headers);
      if (this.dialect.takesAnyMediaType !== true) checkMediaType(incoming.headers);
      return await readJson(incoming, limits, share, () => {
        if (expectsContinue(incoming)) outgoing.writeContinue();
      });
    } catch (thrown) {
      share.release();
      throw thrown;
    }
  }

  /** Answers with a JSON value. */
  sendJson(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): void {
    this.send(JSON.stringify(value), "application/json; charset=utf-8", status, headers);
  }

  /** Answers with a text. */
  send(
    text: string,
    contentType: string,
    status = 200,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    if (this.#ended || this.outgoing.headersSent) return;
    const bytes = Buffer.byteLength(text);
    this.wrote(this.method === "HEAD" ? 0 : bytes);
    const unread = hasUnreadBody(this.incoming);
    if (unread) this.outgoing.setHeader("connection", "close");
    this.outgoing.writeHead(status, {
      ...headers,
      "content-type": contentType,
      "content-length": bytes,
    });
    if (unread) endAfterBody(this.incoming, this.outgoing, Buffer.from(text));
    else endWith(text, this.outgoing, this.#stallMs);
  }

  /** Answers with an error. Once a body has begun, the connection is cut instead, because a cut cannot be mistaken for a regular end. */
  fail(error: BridgeError): void {
    if (this.#ended) return;
    this.failed(error);
    if (this.outgoing.headersSent) {
      this.outgoing.destroy();
      return;
    }
    const { status, body } = this.dialect.error(error, this.id);
    this.sendJson(body, status, errorHeaders(error, status));
  }

  /** Records the error that was sent to the client. */
  failed(error: BridgeError): void {
    if (this.#ended) return;
    this.#error ??= error;
    if (error.code === "internal") this.log.error({ err: error.cause }, "internal error");
  }

  /** Records that a part of the body was sent. */
  wrote(bytes: number): void {
    this.#firstByte ??= this.seconds;
    this.#bytes += bytes;
  }

  #header(name: string): string | null {
    const value = this.incoming.headers[name];
    return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#share?.release();
    for (const work of this.#atEnd) work();
    const { outgoing, route, dialect, turn } = this;
    const left = !outgoing.writableFinished;
    const outcome: Outcome = left ? "cancelled" : this.#error === undefined ? "complete" : "failed";
    const record: RequestRecord = {
      id: this.id,
      method: this.method,
      route,
      // Our own paths belong to no vendor, although their errors use a dialect.
      dialect: dialect.paths.test(this.path) ? dialect.id : "none",
      stream: turn?.stream ?? false,
      status: outgoing.headersSent ? outgoing.statusCode : 499,
      outcome,
      error: left ? "client_left" : this.#error?.code,
      bytes: this.#bytes,
      seconds: this.seconds,
      key: this.principal.named?.name,
      askedBy: { key: keyName(this.principal), client: this.principal.agent },
      trace: this.trace && { own: this.trace, parent: this.askedIn },
      turn: turn?.record(this.#firstByte),
    };
    if (left) {
      outgoing.destroy();
      this.abort(new BridgeError("client_left", "The client left before the end of its response."));
    }
    this.spending?.settle(outcome, turn);
    this.#tell(record);
    this.#onEnd(record);
  }

  #tell(record: RequestRecord): void {
    const { status, outcome, error, bytes } = record;
    const line = { status, outcome, error, bytes, ms: Math.round(this.seconds * 1000) };
    if (this.turn !== undefined) this.log.info({ ...line, ...this.turn.summary() }, "TX");
    // Whoever watches leaves at some time.
    else if (error === undefined || (outcome === "cancelled" && status < HTTP_ERROR))
      this.log.debug({ route: this.route, ...line }, "answered");
    else this.log.info({ method: this.method, path: this.path.slice(0, 100), ...line }, "refused");
  }
}
