import type { Dialect } from "../dialect.ts";
import { models } from "../openai-models.ts";
import { decode } from "./decode.ts";
import { encode, type ResponseObject } from "./encode.ts";
import { error } from "./error.ts";
import { storeRoutes } from "./routes.ts";
import { ResponseStore, type StoreLimits } from "./store.ts";
import { stream } from "./stream.ts";

/** OpenAI's `POST /v1/responses`, with the responses it remembers. */
export function openaiResponses(limits: StoreLimits): Dialect {
  const store = new ResponseStore(limits);
  return {
    id: "openai-responses",
    path: "/v1/responses",
    requestIdHeader: "x-request-id",
    models,
    local: storeRoutes(store),
    decode(body, headers, principal) {
      const {
        request,
        notices,
        stream: streamed,
        wire,
        names,
        input,
        before,
      } = decode(body, headers, store, principal);
      const remember = (response: ResponseObject): void => {
        if (wire.store !== false) store.add({ response, input, before }, principal);
      };
      return {
        request,
        notices,
        stream: streamed,
        choices: 1,
        encode(turn, context) {
          const response = encode(turn, wire, names, context);
          remember(response);
          return response;
        },
        frames: (events, context) => stream(events, context, { wire, names, onCompleted: remember }),
      };
    },
    error,
  };
}
