import type { TurnEvents } from "../../turn/event.ts";
import type { Dialect } from "../dialect.ts";
import { withoutReasoning, withoutReasoningEvents } from "../thinking.ts";
import { countTokens } from "./count-tokens.ts";
import { decode } from "./decode.ts";
import { encode } from "./encode.ts";
import { error } from "./error.ts";
import { models } from "./models.ts";
import { stream } from "./stream.ts";
import { rateHeaders } from "./rates.ts";

/** The answer to a request for no tokens: it ends at once at its limit. */
async function* nothing(model: string, inputTokens: number): TurnEvents {
  yield { type: "turn-start", model };
  const usage = { inputTokens, outputTokens: 0, estimated: true };
  yield { type: "turn-end", stopReason: { unified: "max-tokens" }, usage };
}

/** Anthropic's `POST /v1/messages`. */
export const anthropicMessages: Dialect = {
  id: "anthropic-messages",
  path: "/v1/messages",
  paths: /^\/v1\/messages(?:\/|$)/,
  marks: ["anthropic-version"],
  requestIdHeader: "request-id",
  local: [countTokens],
  decode(body, headers) {
    const { request, notices, stream: streamed, toolsets } = decode(body, headers);
    const thinks = request.thinking?.enabled === true;
    return {
      request,
      notices,
      stream: streamed,
      choices: 1,
      ...(request.maxTokens === 0 && { withoutHost: (inputTokens) => nothing(request.model, inputTokens) }),
      // Like the vendor: thinking is shown only on request, because other clients do not expect such blocks.
      encode: (turn, context) => encode(thinks ? turn : withoutReasoning(turn), context, toolsets),
      frames: (events, context) =>
        stream(thinks ? events : withoutReasoningEvents(events), context, request.model, toolsets),
    };
  },
  models,
  rateHeaders,
  error,
};
