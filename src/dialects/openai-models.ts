/** Models in the form of OpenAI's APIs: OpenAI API reference, "The model object" and "List models". */
import type { ModelShapes, NamedModel } from "./dialect.ts";
import { modelExtras } from "./model-extras.ts";

export const models: ModelShapes = {
  one: encodeModel,
  list: (entries, since) => ({ object: "list", data: entries.map((entry) => encodeModel(entry, since)) }),
};

function encodeModel(model: NamedModel, since: Date): object {
  const created = Math.floor(since.getTime() / 1000);
  const { id, owner, name, inputTokens, outputTokens } = model;
  return {
    id,
    object: "model",
    created,
    owned_by: owner,
    // OpenAI's own object has none of these; model routers use these names.
    ...(name !== undefined && { name }),
    ...(inputTokens !== undefined && { context_length: inputTokens }),
    ...(outputTokens !== undefined && { max_output_tokens: outputTokens }),
    ...modelExtras(model),
  };
}
