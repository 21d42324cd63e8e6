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

/** What a reply needs to know beside the turn itself. */
export interface ReplyContext {
  /** Random and unique; the dialect adds its own prefix. */
  readonly id: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** The time of asking, in the same unit. */
  readonly now?: () => number;
  /** Our estimate of the prompt, for dialects that say it before the answer; counted when first asked for. */
  readonly inputTokens: () => Promise<number>;
  /** In seconds since the request came, as measured when asked for. */
  readonly timing?: () => Timing;
}

export interface Timing {
  /** Until now. */
  readonly total: number;
  /** Until the host began to answer; unknown where none did. */
  readonly firstContent: number | undefined;
}

/** A request that was understood, together with the way to answer it. */
export interface Exchange {
  readonly request: TurnRequest;
  readonly stream: boolean;
  /** How many answers are asked for at once; `encode` and `frames` are given all of them. */
  readonly choices: number;
  readonly notices: readonly Notice[];
  /** The whole turn, for a request that needs no answer of a model; no host is asked then. */
  readonly withoutHost?: (inputTokens: number) => TurnEvents;
  /** The whole answer as a JSON value. */
  readonly encode: (turn: Turn, context: ReplyContext) => unknown;
  /** The media type of the streamed answer; without one it is server-sent events. */
  readonly streamType?: string;
  /**
   * The streamed answer as text of that type, one or more whole frames an item. The first event of any kind opens the stream,
   * `turn-wait` becomes a keep-alive, and `turn-error` becomes the dialect's error frame. Never throws.
   */
  readonly frames: (events: TurnEvents, context: ReplyContext) => AsyncIterable<string>;
}

export interface ErrorReply {
  readonly status: number;
  readonly body: unknown;
}

/** Counts the tokens of a prompt, about. */
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

/** The models that can be named, and since when. */
export interface AvailableModels {
  readonly listed: readonly NamedModel[];
  readonly since: Date;
}

/** A route of an API that the bridge answers by itself. */
export interface LocalRoute {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  /** It is there only to say what to do instead, and is no path to be told of. */
  readonly refuses?: true;
  /**
   * The answer as a JSON value.
   *
   * @throws BridgeError when it can't be answered.
   */
  answer(request: LocalRequest): Promise<unknown>;
}

/** What the address of a request says beside the route. */
export interface AskedAt {
  /** The variable parts of the path. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

/** Where requests for a turn are posted. */
export interface TurnRoute {
  /** A pattern as the table of routes has them. */
  readonly path: string;
  readonly decode: Dialect["decode"];
}

/** A model that can be named. */
export interface NamedModel {
  readonly id: string;
  /** Name of the host that showed it. */
  readonly owner: string;
  /** Label of that host. */
  readonly host?: string;
  readonly abilities?: ModelAbilities;
  /** What people call it. */
  readonly name?: string;
  /** Tokens that a prompt may have, and an answer, where they are known. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** For an alias: what the host is asked for. */
  readonly standsFor?: readonly string[];
}

/** What is told of the host of a model. */
export interface ModelAbilities {
  readonly deltas: boolean;
  readonly tools: boolean;
  readonly images: string;
  readonly audio: string;
  /** It takes how much to think, and shows what the model thought. */
  readonly reasoning: boolean;
  /** A request that has been sent can be cancelled. */
  readonly cancel: string;
  /** Failures are told; without it they show as silence until the time limit. */
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
  /** Where requests are posted, as the pattern of a route. */
  readonly path: string;
  /** The paths that are of this API alone, also those where nothing is served: who asks there is answered in it. */
  readonly paths: Pick<RegExp, "test">;
  /** Headers that only clients of this API send: they tell it where paths are shared. */
  readonly marks?: readonly string[];
  /** The member of the query in which its clients may send their key. */
  readonly queryKey?: string;
  /**
   * Its servers read a body as JSON whatever its `content-type` says, and its published examples rely on that. Web pages, which can post
   * a form without asking, were refused by their origin before.
   */
  readonly takesAnyMediaType?: true;
  /** What a server of this API says at `/` to programs that look there whether it runs. */
  readonly greeting?: string;
  /** The response header that carries the request id. */
  readonly requestIdHeader: string;
  /** Other places where a turn is asked for, in another form. */
  readonly alsoAt?: readonly TurnRoute[];
  /** Routes beside `path` that need no host. */
  readonly local?: readonly LocalRoute[];
  readonly models: ModelShapes;
  /**
   * `principal` is who asks, whose are the answers that are kept; `at` is what the address says, where that
   * is more than the route.
   *
   * @throws BridgeError when the body is not a request of this API.
   */
  decode(body: unknown, headers: RequestHeaders, principal: Principal, at?: AskedAt): Exchange;
  /** The headers in which its clients read what is left to them; `now` is milliseconds since the epoch. */
  readonly rateHeaders?: (rates: readonly Rate[], now: number) => Readonly<Record<string, string>>;
  /** The reply for an error that comes before the first byte. */
  error(error: BridgeError, requestId: string): ErrorReply;
}
