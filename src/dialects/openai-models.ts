/** Models as OpenAI APIs show them: OpenAI API reference, "The model object" and "List models". */
import type { ModelShapes, NamedModel } from "./dialect.ts";

export const models: ModelShapes = {
  one: encodeModel,
  list: (entries, since) => ({ object: "list", data: entries.map((entry) => encodeModel(entry, since)) }),
};

function encodeModel({ id, owner }: NamedModel, since: Date): object {
  return { id, object: "model", created: Math.floor(since.getTime() / 1000), owned_by: owner };
}
