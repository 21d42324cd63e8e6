/** Routes for stored responses (OpenAI API reference, "Responses"). */
import type { LocalRoute } from "../dialect.ts";
import { BridgeError } from "../../turn/error.ts";
import { decode } from "./decode.ts";
import { inputTokensRequest, type Item } from "./schema.ts";
import type { ResponseStore } from "./store.ts";

/** `POST /v1/responses/input_tokens`: counted here, the host is never asked (OpenAI API reference, "Get input token counts"). */
export function inputTokensRoute(store: ResponseStore): LocalRoute {
  return {
    method: "POST",
    path: "/v1/responses/input_tokens",
    async answer({ body, headers, principal, count }) {
      const { request } = decode(body, headers, store, principal, { schema: inputTokensRequest });
      return { object: "response.input_tokens", input_tokens: await count(request) };
    },
  };
}

export function storeRoutes(store: ResponseStore): LocalRoute[] {
  const path = "/v1/responses/{id}";
  return [
    {
      method: "GET",
      path,
      answer: async ({ params, principal }) => store.get(params["id"] ?? "", principal).response,
    },
    {
      method: "DELETE",
      path,
      async answer({ params, principal }) {
        const id = params["id"] ?? "";
        if (!store.delete(id, principal)) throw new BridgeError("not_found", "Unknown response id.");
        return { id, object: "response", deleted: true };
      },
    },
    {
      method: "GET",
      path: `${path}/input_items`,
      async answer({ params, query, principal }) {
        const id = params["id"] ?? "";
        const { input } = store.get(id, principal);
        return page(
          input.map((item, index) => listed(item, `item_${id}_${index}`)),
          query,
        );
      },
    },
  ];
}

/** An input item in a list: clients may omit the type of a message, and send its content as a string. */
function listed(item: Item, id: string): Item & { readonly id: string } {
  const named = { ...item, id: item.id ?? id };
  if ((item.type ?? "message") !== "message") return named;
  const { role, content } = item;
  const type = role === "assistant" ? "output_text" : "input_text";
  const parts = typeof content === "string" ? [{ type, text: content }] : content;
  return { ...named, type: "message", status: item.status ?? "completed", content: parts };
}

const LIMIT = 20;
const MOST = 100;

/**
 * A page of items, the newest first unless asked otherwise (OpenAI API reference, "List input items").
 *
 * @throws BridgeError `invalid_request` for an invalid limit or order.
 */
function page(items: readonly (Item & { readonly id: string })[], query: URLSearchParams): object {
  const limit = Number(query.get("limit") ?? LIMIT);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST) {
    throw new BridgeError("invalid_request", `limit: must be a whole number from 1 to ${MOST}.`, {
      param: "limit",
    });
  }
  const order = query.get("order") ?? "desc";
  if (order !== "asc" && order !== "desc") {
    throw new BridgeError("invalid_request", "order: must be asc or desc.", { param: "order" });
  }
  const ordered = order === "asc" ? items : items.toReversed();
  const after = query.get("after");
  const rest = after === null ? ordered : ordered.slice(ordered.findIndex(({ id }) => id === after) + 1);
  const data = rest.slice(0, limit);
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: rest.length > data.length,
  };
}
