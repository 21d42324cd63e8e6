/**
 * From running events to an HTTP response. The first event decides the status if it arrives in time; after that the
 * headers are sent, and errors are reported inside the body.
 */
import type { Exchange, ReplyContext } from "../dialects/dialect.ts";
import { replay, type ReplayOptions } from "../polyfill/replay.ts";
import { collect } from "../turn/collect.ts";
import { toBridgeError, type BridgeError } from "../turn/error.ts";
import type { TurnEvents } from "../turn/event.ts";
import { heartbeat } from "../turn/heartbeat.ts";
import { peek } from "../turn/peek.ts";
import { within } from "../util/async.ts";
import { writeBody } from "../wire/body.ts";
import { headerText } from "./header-text.ts";
import type { RequestScope } from "./request-scope.ts";

export interface RespondOptions {
  readonly peekMs: number;
  /** The longest time without a write to the body. */
  readonly heartbeatMs: number;
  /** When a waiting response without streaming sends its status and blanks; 0: never. */
  readonly jsonKeepAliveMs: number;
  readonly stallMs: number;
  readonly replay: ReplayOptions;
}

export interface Reply {
  readonly exchange: Exchange;
  readonly context: ReplyContext;
  readonly options: RespondOptions;
  /** True for a host that sends complete answers; deltas of other hosts pass through unchanged. */
  readonly whole: boolean;
}

const EVENT_STREAM = "text/event-stream; charset=utf-8";
const STREAM_HEADERS = {
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
} as const;

const JSON_TYPE = "application/json; charset=utf-8";

/** Timers fire late rather than early, so a heartbeat is due a little before the limit. */
const BEAT = 0.95;

/**
 * Streams the answer or collects it, as the client asked.
 *
 * @throws BridgeError when the turn fails before the status was sent.
 */
export async function respond(events: TurnEvents, reply: Reply, scope: RequestScope): Promise<void> {
  await (reply.exchange.stream ? respondStream(events, reply, scope) : respondWhole(events, reply, scope));
}

async function respondStream(source: TurnEvents, reply: Reply, scope: RequestScope): Promise<void> {
  const { exchange, context, options } = reply;
  const { verdict, events } = await peek(source, options.peekMs);
  if (verdict?.type === "turn-error") throw verdict.error;
  if (verdict?.type === "turn-start") nameModel(scope, verdict.model);
  const living = heartbeat(
    verdict === undefined ? opened(events, options.peekMs) : events,
    options.heartbeatMs * BEAT,
  );
  const frames = exchange.frames(reply.whole ? replay(living, options.replay) : living, context);
  const headers = { ...STREAM_HEADERS, "content-type": exchange.streamType ?? EVENT_STREAM };
  await write(frames, headers, options, scope);
}

/** No event yet: the stream starts at once with a wait event. */
async function* opened(events: TurnEvents, elapsedMs: number): TurnEvents {
  yield { type: "turn-wait", reason: "host", elapsedMs };
  yield* events;
}

async function respondWhole(source: TurnEvents, reply: Reply, scope: RequestScope): Promise<void> {
  const { exchange, context, options } = reply;
  const answer = collect(source)
    .then((turn): Answer => ({ model: turn.model, body: exchange.encode(turn, context) }))
    .catch((thrown: unknown): Answer => ({ error: toBridgeError(thrown) }));
  const early = await (options.jsonKeepAliveMs === 0 ? answer : within(answer, options.jsonKeepAliveMs));
  if (early === undefined) {
    const blanks = blanksThen(answer, options.heartbeatMs * BEAT, scope);
    await write(blanks, { "content-type": JSON_TYPE }, options, scope);
    return;
  }
  if ("error" in early) throw early.error;
  nameModel(scope, early.model);
  scope.sendJson(early.body);
}

type Answer = { readonly model: string; readonly body: unknown } | { readonly error: BridgeError };

/** White space before a JSON value is part of JSON, so blanks keep the connection alive until the value is there. */
async function* blanksThen(
  answer: Promise<Answer>,
  everyMs: number,
  scope: RequestScope,
): AsyncGenerator<string> {
  for (;;) {
    yield " ";
    const settled = await within(answer, everyMs);
    if (settled === undefined) continue;
    yield JSON.stringify(
      "error" in settled ? scope.dialect.error(settled.error, scope.id).body : settled.body,
    );
    return;
  }
}

async function write(
  text: AsyncIterable<string>,
  headers: Readonly<Record<string, string>>,
  options: RespondOptions,
  scope: RequestScope,
): Promise<void> {
  // Also for a client that has left: the turn frees its slot when its events are read to the end or abandoned.
  scope.outgoing.writeHead(200, headers);
  await writeBody(text, scope.outgoing, {
    stallMs: options.stallMs,
    onWrite: (bytes) => scope.wrote(bytes),
  });
}

function nameModel(scope: RequestScope, model: string): void {
  scope.outgoing.setHeader("x-mcp-model", headerText(model));
}
