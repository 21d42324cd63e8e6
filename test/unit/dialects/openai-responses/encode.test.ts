import { expect } from "vitest";
import { encode, type Asked } from "../../../../src/dialects/openai-responses/encode.ts";
import { responsesRequest, type ResponsesRequest } from "../../../../src/dialects/openai-responses/schema.ts";
import { ToolNames } from "../../../../src/dialects/openai-responses/tools.ts";
import { verifies } from "../../../support/verifies.ts";

const context = { id: "abc", created: 1_700_000_000, inputTokens: () => Promise.resolve(7) };
const turn = {
  model: "host/model",
  parts: [{ type: "text" as const, text: "Hello" }],
  stopReason: { unified: "end" as const },
  usage: { inputTokens: 3, outputTokens: 4, estimated: true },
  others: [],
};

const asked = (wire: ResponsesRequest): Asked => ({ wire, names: new ToolNames([], []), compacting: false });

verifies(
  "responses.object",
  "what the request said is repeated, and what it left out is no null of another type",
  () => {
    const wire = responsesRequest.parse({ model: "asked", input: "hi" });
    const response = encode(turn, asked(wire), context);
    expect(response).toMatchObject({
      status: "completed",
      incomplete_details: null,
      error: null,
      store: true,
    });
    expect(response).not.toHaveProperty("user");
    const named = encode(turn, asked({ ...wire, user: "me" }), context);
    expect(named).toMatchObject({ user: "me" });
  },
);

verifies("responses.object", "usage has every figure the SDKs read", () => {
  const wire = responsesRequest.parse({ model: "asked", input: "hi" });
  expect(encode(turn, asked(wire), context)["usage"]).toEqual({
    input_tokens: 3,
    input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
    output_tokens: 4,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 7,
    estimated: true,
  });
});
