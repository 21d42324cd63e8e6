import type { Dialect } from "../dialect.ts";
import { models } from "../openai-models.ts";
import { asSummary } from "./compaction.ts";
import { decode } from "./decode.ts";
import { compactedObject, encode, type ResponseObject } from "./encode.ts";
import { error } from "./error.ts";
import { inputTokensRoute, storeRoutes } from "./routes.ts";
import { ResponseStore, type StoreLimits } from "./store.ts";
import { stream } from "./stream.ts";
import { rateHeaders } from "../openai-rates.ts";

const PATH = "/v1/responses";

/** OpenAI's `POST /v1/responses`, with stored responses. */
export function openaiResponses(limits: StoreLimits): Dialect {
  const store = new ResponseStore(limits);
  return {
    id: "openai-responses",
    path: PATH,
    paths: /^\/v1\/responses(?:\/|$)/,
    requestIdHeader: "x-request-id",
    models,
    rateHeaders,
    local: [inputTokensRoute(store), ...storeRoutes(store)],
    decode(body, headers, principal) {
      const decoded = decode(body, headers, store, principal);
      const { request, notices, compacting, wire, input, before } = decoded;
      const remember = (response: ResponseObject): void => {
        if (wire.store !== false) store.add({ response, input, before }, principal);
      };
      return {
        request,
        notices,
        stream: decoded.stream,
        choices: 1,
        encode(turn, context) {
          const response = encode(turn, decoded, context);
          remember(response);
          return response;
        },
        frames: (events, context) =>
          stream(compacting ? asSummary(events) : events, context, { ...decoded, onCompleted: remember }),
      };
    },
    alsoAt: [
      {
        path: `${PATH}/compact`,
        decode(body, headers, principal) {
          const { request, notices } = decode(body, headers, store, principal, { compact: true });
          return {
            request,
            notices,
            stream: false,
            choices: 1,
            encode: compactedObject,
            frames: neverStreamed,
          };
        },
      },
    ],
    error,
  };
}

/** The answer to a request for compaction is one object. */
function neverStreamed(): never {
  throw new Error("A compacted response is not streamed.");
}
