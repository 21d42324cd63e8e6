import type { Dialect } from "../dialect.ts";
import { models } from "../openai-models.ts";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import { error } from "./error.ts";
import { stream } from "./stream.ts";
import { rateHeaders } from "../openai-rates.ts";

/** OpenAI's `POST /v1/chat/completions`. */
export const openaiChat: Dialect = {
  id: "openai-chat",
  path: "/v1/chat/completions",
  paths: /^\/v1\/chat\/completions(?:\/|$)/,
  requestIdHeader: "x-request-id",
  decode(body, headers) {
    const { request, notices, stream: streamed, choices, includeUsage, callForm } = decode(body, headers);
    return {
      request,
      notices,
      stream: streamed,
      choices,
      encode: (turn, context) => encode(turn, context, callForm),
      frames: (events, context) =>
        stream(events, context, { model: request.model, choices, includeUsage, callForm }),
    };
  },
  models,
  rateHeaders,
  error,
};
