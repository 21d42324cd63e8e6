/** What can be done with a stored response (OpenAI API reference, "Responses"). */
import type { LocalRoute } from "../dialect.ts";
import { BridgeError } from "../../turn/error.ts";
import type { ResponseStore } from "./store.ts";

export function storeRoutes(store: ResponseStore): LocalRoute[] {
  const path = "/v1/responses/{id}";
  return [
    { method: "GET", path, answer: async ({ params }) => store.get(params["id"] ?? "").response },
    {
      method: "DELETE",
      path,
      async answer({ params }) {
        const id = params["id"] ?? "";
        if (!store.delete(id)) throw new BridgeError("not_found", "There is no response of this id.");
        return { id, object: "response", deleted: true };
      },
    },
    {
      method: "GET",
      path: `${path}/input_items`,
      async answer({ params }) {
        const id = params["id"] ?? "";
        const data = store
          .get(id)
          .input.map((item, index) => ({ ...item, id: item.id ?? `item_${id}_${index}` }));
        return {
          object: "list",
          data,
          first_id: data[0]?.id ?? null,
          last_id: data.at(-1)?.id ?? null,
          has_more: false,
        };
      },
    },
  ];
}
