import type { BridgeError } from "../turn/error.ts";
import type { Turn } from "../turn/collect.ts";
import type { TurnEvents } from "../turn/event.ts";
import type { Principal } from "../turn/principal.ts";
import type { Notice } from "../turn/notice.ts";
import type { Rate } from "../turn/rate.ts";
import type { TurnRequest } from "../turn/request.ts";

/** The headers of a request, by lower-case name. A `Headers` object is one. */
export interface RequestHeaders {
  get(name: string): string | null;
}

/** Data for a response beside the turn itself. */
export interface ReplyContext {
  /** Random and unique; the dialect adds its own prefix. */
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** The current time, in the same unit. */
  readonly now?: () => number;
  /** Our estimate of the prompt, for dialects that send it before the answer; counted when first needed. */
  readonly inputTokens: () => Promise<number>;
  /** Seconds since the request arrived, measured when read. */
  readonly timing?: () => Timing;
}

export interface Timing {
  /** Until now. */
  readonly total: number;
  /** Until the host began to answer; `undefined` if none did. */
  readonly firstContent: number | undefined;
}

/** A decoded request, together with the encoders for its answer. */
export interface Exchange {
  readonly request: TurnRequest;
  readonly stream: boolean;
  /** The number of requested answers; `encode` and `frames` get all of them. */
  readonly choices: number;
  readonly notices: readonly Notice[];
  /** The complete turn, for a request that does not need a model; no host is asked then. */
  readonly withoutHost?: (inputTokens: number) => TurnEvents;
  /** The complete answer as a JSON value. */
  readonly encode: (turn: Turn, context: ReplyContext) => unknown;
  /** The media type of the streamed answer; the default is server-sent events. */
  readonly streamType?: string;
  /**
   * The streamed answer as text of that type; each item has one or more complete frames. The first event of any kind
   * opens the stream, `turn-wait` becomes a keep-alive, and `turn-error` becomes the dialect's error frame. Never
   * throws.
   */
  readonly frames: (events: TurnEvents, context: ReplyContext) => AsyncIterable<string>;
}

export interface ErrorReply {
  readonly status: number;
  readonly body: unknown;
}

/** Estimates the tokens of a prompt. */
export type CountTokens = (request: TurnRequest) => Promise<number>;

export interface LocalRequest {
  /** The variable parts of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** The JSON body of a POST; `undefined` for other methods. */
  readonly body: unknown;
  readonly headers: RequestHeaders;
  readonly principal: Principal;
  readonly count: CountTokens;
  readonly models: () => AvailableModels;
}

/** The models that clients can ask for, and since when. */
export interface AvailableModels {
  readonly listed: readonly NamedModel[];
  readonly since: Date;
}

/** A route of an API that the bridge answers without a host. */
export interface LocalRoute {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** It only answers with advice, and is not listed among the paths. */
  readonly refuses?: true;
  /**
   * The answer as a JSON value.
   *
   * @throws BridgeError when it cannot be answered.
   */
  answer(request: LocalRequest): Promise<unknown>;
}

/** Data from the address of a request, beside the route. */
export interface AskedAt {
  /** The variable parts of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** A path to which requests for a turn are posted. */
export interface TurnRoute {
  /** A pattern of the route table. */
  readonly path: string;
  readonly decode: Dialect["decode"];
}

/** A model that clients can ask for. */
export interface NamedModel {
  readonly id: string;
  /** Name of the host that showed it. */
  readonly owner: string;
  /** Label of that host. */
  readonly host?: string;
  readonly abilities?: ModelAbilities;
  /** The display name. */
  readonly name?: string;
  /** Token limits of a prompt and of an answer, where they are known. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** For an alias: the model that the host is asked for. */
  readonly standsFor?: readonly string[];
}

/** The abilities of a model's host, for clients. */
export interface ModelAbilities {
  readonly deltas: boolean;
  readonly tools: boolean;
  readonly images: string;
  readonly audio: string;
  /** It accepts a reasoning effort, and shows the model's reasoning. */
  readonly reasoning: boolean;
  /** A sent request can be cancelled. */
  readonly cancel: string;
  /** It reports failures; a host that does not is silent until the time limit. */
  readonly errors: boolean;
}

/** `GET /v1/models/{id}` and `GET /v1/models` as JSON values; `since` is when the models became available. */
export interface ModelShapes {
  readonly one: (model: NamedModel, since: Date) => unknown;
  readonly list: (models: readonly NamedModel[], since: Date) => unknown;
}

/** One vendor HTTP API. */
export interface Dialect {
  readonly id: "openai-chat" | "openai-responses" | "anthropic-messages" | "gemini" | "ollama";
  /** The path of its requests, as a route pattern. */
  readonly path: string;
  /** The paths that belong to this API alone, also unserved ones: requests there are answered in this dialect. */
  readonly paths: Pick<RegExp, "test">;
  /** Headers that only clients of this API send: they identify it on shared paths. */
  readonly marks?: readonly string[];
  /** The query parameter in which its clients may send their key. */
  readonly queryKey?: string;
  /**
   * Its servers read a body as JSON with any `content-type`, and its published examples rely on that. Web pages, which
   * can post a form without a preflight, were refused by their origin before.
   */
  readonly takesAnyMediaType?: true;
  /** The response at `/` for programs that check there whether a server of this API is running. */
  readonly greeting?: string;
  /** The response header that carries the request id. */
  readonly requestIdHeader: string;
  /** Other paths for turns, with another form of request. */
  readonly alsoAt?: readonly TurnRoute[];
  /** Routes beside `path` that need no host. */
  readonly local?: readonly LocalRoute[];
  readonly models: ModelShapes;
  /**
   * `principal` is the sender, who owns the stored answers; `at` is the data from the address, if there is more than
   * the route.
   *
   * @throws BridgeError when the body is not a request of this API.
   */
  decode(body: unknown, headers: RequestHeaders, principal: Principal, at?: AskedAt): Exchange;
  /** The headers with the rest of the client's limits; `now` is milliseconds since the epoch. */
  readonly rateHeaders?: (rates: readonly Rate[], now: number) => Readonly<Record<string, string>>;
  /** The response for an error before the first byte. */
  error(error: BridgeError, requestId: string): ErrorReply;
}
