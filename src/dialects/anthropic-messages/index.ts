import type { Dialect } from "../dialect.ts";
import { countTokens } from "./count-tokens.ts";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import { error } from "./error.ts";
import { models } from "./models.ts";
import { stream } from "./stream.ts";

/** Anthropic's `POST /v1/messages`. */
export const anthropicMessages: Dialect = {
  id: "anthropic-messages",
  path: "/v1/messages",
  requestIdHeader: "request-id",
  local: [countTokens],
  decode(body, headers) {
    const { request, notices, stream: streamed } = decode(body, headers);
    return {
      request,
      notices,
      stream: streamed,
      choices: 1,
      encode,
      frames: (events, context) => stream(events, context, request.model),
    };
  },
  models,
  error,
};
