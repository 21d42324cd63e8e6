/** Gemini API reference, "Models": all there are on one page, whatever page was asked for. */
import type { ModelShapes, NamedModel } from "../dialect.ts";
import { modelExtras } from "../model-extras.ts";

export const models: ModelShapes = {
  one: encodeModel,
  list: (entries) => ({ models: entries.map(encodeModel) }),
};

/** What can be asked of every model here. */
const METHODS = ["generateContent", "streamGenerateContent", "countTokens"];

function encodeModel(model: NamedModel): object {
  const { id, name = id, inputTokens, outputTokens } = model;
  return {
    name: `models/${id}`,
    displayName: name,
    ...(inputTokens !== undefined && { inputTokenLimit: inputTokens }),
    ...(outputTokens !== undefined && { outputTokenLimit: outputTokens }),
    supportedGenerationMethods: METHODS,
    ...modelExtras(model),
  };
}
