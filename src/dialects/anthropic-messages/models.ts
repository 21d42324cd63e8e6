/** Anthropic API reference, "Get a model" and "List models": all models on one page, whichever page was requested. */
import type { ModelShapes, NamedModel } from "../dialect.ts";
import { modelExtras } from "../model-extras.ts";

export const models: ModelShapes = {
  one: encodeModel,
  list: (entries, since) => ({
    data: entries.map((entry) => encodeModel(entry, since)),
    has_more: false,
    first_id: entries[0]?.id ?? null,
    last_id: entries.at(-1)?.id ?? null,
  }),
};

function encodeModel(model: NamedModel, since: Date): object {
  const { id, name = id, inputTokens, outputTokens } = model;
  return {
    type: "model",
    id,
    display_name: name,
    created_at: since.toISOString(),
    ...(inputTokens !== undefined && { max_input_tokens: inputTokens }),
    ...(outputTokens !== undefined && { max_tokens: outputTokens }),
    ...modelExtras(model),
  };
}
