import { BridgeError } from "../../turn/error.ts";
import type { AskedAt, Dialect, Exchange, RequestHeaders, TurnRoute } from "../dialect.ts";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import { error } from "./error.ts";
import { models } from "./models.ts";
import { wordOf, wordOfEvents } from "./one-of.ts";
import { local, methodPath, VERSIONS } from "./routes.ts";
import { stream, streamArray } from "./stream.ts";

function exchange(
  body: unknown,
  headers: RequestHeaders,
  at: AskedAt | undefined,
  streamed: boolean,
): Exchange {
  const decoded = decode(body, at?.params["model"] ?? "", headers);
  const framing = framingOf(at?.query);
  const { request, notices, candidates, thoughts, oneOf } = decoded;
  return {
    request,
    notices,
    stream: streamed,
    choices: candidates,
    encode: (turn, context) => encode(oneOf ? wordOf(turn) : turn, context, thoughts),
    ...framing.type,
    frames: (events, context) =>
      framing.frames(oneOf ? wordOfEvents(events) : events, context, {
        model: request.model,
        candidates,
        thoughts,
      }),
  };
}

/** How a stream is written is asked for in the query. @throws BridgeError `invalid_request` for a way that is not JSON. */
function framingOf(query: URLSearchParams | undefined) {
  const alt = query?.get("alt") ?? query?.get("$alt") ?? "json";
  if (alt === "sse") return { type: {}, frames: stream };
  if (alt === "json") return { type: { streamType: "application/json; charset=utf-8" }, frames: streamArray };
  throw new BridgeError("invalid_request", "alt: must be sse or json.", { param: "alt" });
}

const whole: Dialect["decode"] = (body, headers, _, at) => exchange(body, headers, at, false);
const streamed: Dialect["decode"] = (body, headers, _, at) => exchange(body, headers, at, true);

const PATH = methodPath(VERSIONS[0], "generateContent");

const turns = VERSIONS.flatMap((version): TurnRoute[] => [
  { path: methodPath(version, "generateContent"), decode: whole },
  { path: methodPath(version, "streamGenerateContent"), decode: streamed },
]);

/** Google's `generateContent` and `streamGenerateContent`. */
export const gemini: Dialect = {
  id: "gemini",
  path: PATH,
  decode: whole,
  alsoAt: turns.filter(({ path }) => path !== PATH),
  // The names of methods are of several words; what follows the colon in the name of a model is not.
  paths: /^\/(?:upload\/)?v1beta(?:\/|$)|^\/v1\/models\/.+:[a-z]+[A-Z][a-zA-Z]*$/,
  marks: ["x-goog-api-key", "x-goog-api-client"],
  queryKey: "key",
  requestIdHeader: "x-request-id",
  local,
  models,
  error,
};
