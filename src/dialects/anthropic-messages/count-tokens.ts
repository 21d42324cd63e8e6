import type { LocalRoute } from "../dialect.ts";
import { decodePrompt } from "./decode.ts";

/**
 * Our tokenizer is not the model's. Clients compact their history by this figure, and too low a figure makes them do it
 * too late, so a fifth is added: on English, code and Chinese the tokenizers in use differ by less.
 */
export const COUNT_MARGIN = 1.2;

/** `POST /v1/messages/count_tokens`: answered here, the host is never asked. */
export const countTokens: LocalRoute = {
  method: "POST",
  path: "/v1/messages/count_tokens",
  async answer({ body, headers, count }) {
    const tokens = await count(decodePrompt(body, headers));
    return { input_tokens: Math.ceil(tokens * COUNT_MARGIN), context_management: null };
  },
};
