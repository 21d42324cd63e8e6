/** A request as spans: the one in which we answered our client, and below it the one in which a host answered us. Pure functions. */
import { contextOf, type Trace } from "../../turn/trace.ts";
import type { RequestRecord, TurnRecord } from "../metrics.ts";
import { contentAttributes, LONGEST_CONTENT } from "./content.ts";
import { type Attributes, keyValues, nanoseconds } from "./encode.ts";
import { ATTRIBUTE, OPERATION, PROVIDER } from "./names.ts";

const KIND = { server: 2, client: 3 } as const;
const ERROR = 2;
/** As the record says that it was refused before its route was looked for, or has none. */
const NO_ROUTE = "none";
const SERVER_ERROR = 500;
/** In a span's flags: whether its parent is in another process is known. */
const HAS_IS_REMOTE = 0x1_00;
const IS_REMOTE = 0x2_00;
const SAMPLED = 1;

/** In the words of the conventions. */
const FINISH = {
  end: "stop",
  "stop-sequence": "stop",
  "max-tokens": "length",
  "tool-calls": "tool_call",
  refusal: "content_filter",
} as const;

export interface SpanOptions {
  /** When the request was over, in milliseconds since the epoch. */
  readonly at: number;
  readonly withContent: boolean;
}

/** Nothing for a request that belongs to no API, or to a trace that whoever began it does not keep. */
export function spansOf(record: RequestRecord, options: SpanOptions): string[] {
  const { trace, turn } = record;
  if (trace === undefined || !trace.own.sampled || record.dialect === "none") return [];
  const spans: object[] = [serverSpan(record, trace, options.at)];
  if (turn?.trace !== undefined && turn.host !== undefined)
    spans.push(clientSpan(record, turn, trace.own, turn.trace, options));
  return spans.map((span) => JSON.stringify(span));
}

function serverSpan(record: RequestRecord, { own, parent }: NonNullable<RequestRecord["trace"]>, at: number) {
  const { method, route, status, error, dialect, id, askedBy, turn, outcome } = record;
  return {
    ...identity(own, parent, true),
    name: route === NO_ROUTE ? method : `${method} ${route}`,
    kind: KIND.server,
    startTimeUnixNano: nanoseconds(at - record.seconds * 1000),
    endTimeUnixNano: nanoseconds(at),
    attributes: keyValues({
      [ATTRIBUTE.method]: method,
      [ATTRIBUTE.route]: route === NO_ROUTE ? undefined : route,
      [ATTRIBUTE.scheme]: "http",
      [ATTRIBUTE.status]: status,
      [ATTRIBUTE.agent]: askedBy.client === "" ? undefined : askedBy.client,
      [ATTRIBUTE.error]: error,
      [ATTRIBUTE.requestId]: id,
      [ATTRIBUTE.api]: dialect,
      [ATTRIBUTE.key]: askedBy.key,
      [ATTRIBUTE.outcome]: outcome,
      ...(turn !== undefined && turn.notices.length > 0 && { [ATTRIBUTE.notices]: turn.notices }),
    }),
    // What a client has done wrong is no failure of the server.
    status: status >= SERVER_ERROR ? { code: ERROR } : {},
  };
}

function clientSpan(
  record: RequestRecord,
  turn: TurnRecord,
  parent: Trace,
  own: Trace,
  { at, withContent }: SpanOptions,
) {
  const { error } = record;
  const content = withContent ? contentAttributes(turn.request, turn.answers) : {};
  return {
    ...identity(own, parent, false),
    name: `${OPERATION} ${turn.asked}`.slice(0, 200),
    kind: KIND.client,
    startTimeUnixNano: nanoseconds(at - (record.seconds - turn.askedAt) * 1000),
    endTimeUnixNano: nanoseconds(at),
    attributes: [
      ...keyValues({ ...turnAttributes(turn), ...usageAttributes(turn), [ATTRIBUTE.error]: error }),
      ...keyValues(content, LONGEST_CONTENT),
    ],
    status: error === undefined ? {} : { code: ERROR },
  };
}

function turnAttributes(turn: TurnRecord): Attributes {
  const { request, choices, stream, firstContent, askedAt } = turn;
  const { maxTokens, temperature, thinking, responseFormat, conversation } = request;
  return {
    [ATTRIBUTE.operation]: OPERATION,
    [ATTRIBUTE.provider]: PROVIDER,
    [ATTRIBUTE.requestModel]: turn.asked,
    [ATTRIBUTE.responseModel]: turn.model,
    [ATTRIBUTE.host]: turn.host,
    [ATTRIBUTE.stream]: stream || undefined,
    [ATTRIBUTE.maxTokens]: maxTokens,
    [ATTRIBUTE.temperature]: temperature,
    [ATTRIBUTE.choices]: choices === 1 ? undefined : choices,
    [ATTRIBUTE.reasoning]: thinking?.effort,
    [ATTRIBUTE.outputType]: responseFormat.type === "json" ? "json" : undefined,
    [ATTRIBUTE.conversation]: conversation,
    [ATTRIBUTE.firstChunk]: stream && firstContent !== undefined ? firstContent - askedAt : undefined,
  };
}

function usageAttributes({ usage, finish, choices }: TurnRecord): Attributes {
  const reasons = Array.from({ length: choices }, (_, index) => {
    const reason = finish[index];
    return reason === undefined ? "error" : FINISH[reason];
  });
  return {
    [ATTRIBUTE.finishReasons]: reasons,
    ...(usage !== undefined && {
      [ATTRIBUTE.inputTokens]: usage.inputTokens,
      [ATTRIBUTE.cachedTokens]: usage.cachedTokens,
      [ATTRIBUTE.outputTokens]: usage.outputTokens,
      [ATTRIBUTE.estimated]: usage.estimated,
    }),
  };
}

function identity(own: Trace, parent: Trace | undefined, isRemote: boolean) {
  const { traceId, spanId, state } = own;
  return {
    traceId,
    spanId,
    ...(parent !== undefined && { parentSpanId: parent.spanId }),
    ...(state !== undefined && { traceState: contextOf(own).tracestate }),
    flags: SAMPLED + HAS_IS_REMOTE + (parent !== undefined && isRemote ? IS_REMOTE : 0),
  };
}
