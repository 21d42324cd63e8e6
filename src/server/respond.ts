/**
 * From running events to an HTTP response. The first event decides the status if it comes within the peek;
 * after that the headers have left and everything else is told inside the stream.
 */
import type { Exchange, ReplyContext } from "../dialects/dialect.ts";
import { replay, type ReplayOptions } from "../polyfill/deltas.ts";
import { collect } from "../turn/collect.ts";
import { toBridgeError, type BridgeError } from "../turn/error.ts";
import type { TurnEvent, TurnEvents } from "../turn/event.ts";
import { heartbeat } from "../turn/heartbeat.ts";
import { peek } from "../turn/peek.ts";
import { within } from "../turn/within.ts";
import { toBody } from "../wire/body.ts";

export interface RespondOptions {
  readonly peekMs: number;
  readonly heartbeatMs: number;
  /** When a waiting plain reply commits its status and sends blanks; 0: never. */
  readonly jsonKeepAliveMs: number;
  readonly stallMs: number;
  readonly replay: ReplayOptions;
  /** False for a host whose own deltas pass through as they come. */
  readonly whole: boolean;
}

export interface Responder {
  readonly exchange: Exchange;
  readonly context: ReplyContext;
  readonly options: RespondOptions;
  readonly errorResponse: (error: BridgeError) => Response;
  readonly errorBody: (error: BridgeError) => unknown;
  /** Sees every event before it is written. */
  readonly onEvent: (event: TurnEvent) => void;
  readonly onChunk: (bytes: number) => void;
  /** Called once: with true when the answer was handed over whole, with false when the client left or stalled. */
  readonly onEnd: (complete: boolean) => void;
}

const STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no",
} as const;

const JSON_HEADERS = { "content-type": "application/json; charset=utf-8" } as const;

/** Streams or collects, as the client asked. */
export async function respond(events: TurnEvents, responder: Responder): Promise<Response> {
  return responder.exchange.stream ? respondStream(events, responder) : respondWhole(events, responder);
}

async function respondStream(source: TurnEvents, responder: Responder): Promise<Response> {
  const { exchange, context, options } = responder;
  const { verdict, events } = await peek(source, options.peekMs);
  if (verdict?.type === "turn-error") {
    responder.onEvent(verdict);
    return responder.errorResponse(verdict.error);
  }
  const living = heartbeat(events, options.heartbeatMs);
  const sliced = options.whole ? replay(living, options.replay) : living;
  const frames = exchange.frames(observe(sliced, responder), context);
  const body = toBody(frames, {
    stallMs: options.stallMs,
    onChunk: responder.onChunk,
    onEnd: responder.onEnd,
  });
  const headers = new Headers(STREAM_HEADERS);
  if (verdict?.type === "turn-start") headers.set("x-mcp-model", headerText(verdict.model));
  return new Response(body, { headers });
}

async function respondWhole(source: TurnEvents, responder: Responder): Promise<Response> {
  const { exchange, context, options } = responder;
  const reply = collect(observe(source, responder)).then(
    (turn) => ({ model: turn.model, body: exchange.encode(turn, context) }),
    (thrown: unknown) => ({ error: toBridgeError(thrown) }),
  );
  const early = await (options.jsonKeepAliveMs === 0 ? reply : within(reply, options.jsonKeepAliveMs));
  if (early === undefined) {
    const body = toBody(blanksThen(reply, responder), {
      stallMs: options.stallMs,
      onChunk: responder.onChunk,
      onEnd: responder.onEnd,
    });
    return new Response(body, { headers: JSON_HEADERS });
  }
  if ("error" in early) return responder.errorResponse(early.error);
  const text = JSON.stringify(early.body);
  responder.onChunk(Buffer.byteLength(text));
  responder.onEnd(true);
  return new Response(text, { headers: { ...JSON_HEADERS, "x-mcp-model": headerText(early.model) } });
}

type Reply = { readonly model: string; readonly body: unknown } | { readonly error: BridgeError };

/** White space before a JSON value is part of JSON, so blanks keep the connection alive until it comes. */
async function* blanksThen(reply: Promise<Reply>, responder: Responder): AsyncGenerator<string> {
  for (;;) {
    yield " ";
    const settled = await within(reply, responder.options.heartbeatMs);
    if (settled === undefined) continue;
    yield JSON.stringify("error" in settled ? responder.errorBody(settled.error) : settled.body);
    return;
  }
}

/** Shows each event to the responder, and turns a throw into the error event that ends the stream. */
async function* observe(events: TurnEvents, responder: Responder): TurnEvents {
  try {
    for await (const event of events) {
      responder.onEvent(event);
      yield event;
    }
  } catch (thrown) {
    const event: TurnEvent = { type: "turn-error", error: toBridgeError(thrown) };
    responder.onEvent(event);
    yield event;
  }
}

/** Model names come from the host; a header holds only printable ASCII. */
function headerText(text: string): string {
  return text.replaceAll(/[^\u0020-\u007E]/g, "?").slice(0, 200);
}
