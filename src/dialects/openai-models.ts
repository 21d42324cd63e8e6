/** Models as OpenAI APIs show them: OpenAI API reference, "The model object" and "List models". */
import type { ModelShapes, NamedModel } from "./dialect.ts";
import { modelExtras } from "./model-extras.ts";

export const models: ModelShapes = {
  one: encodeModel,
  list: (entries, since) => ({ object: "list", data: entries.map((entry) => encodeModel(entry, since)) }),
};

function encodeModel(model: NamedModel, since: Date): object {
  const created = Math.floor(since.getTime() / 1000);
  return { id: model.id, object: "model", created, owned_by: model.owner, ...modelExtras(model) };
}
