/** Tools that stand among the input items: Codex declares all of them so for some models, and a client's search finds some. */
import { placed, type PlacedTool } from "../any-tool.ts";
import { validate } from "../validate.ts";
import { items, type Item } from "./schema.ts";

/**
 * The tools of all `additional_tools` and `tool_search_output` items, in order; `placeOf` says where an item stands in the request.
 *
 * @throws BridgeError `invalid_request` where one is malformed.
 */
export function additionalTools(
  history: readonly Item[],
  placeOf: (index: number) => string,
): PlacedTool<unknown>[] {
  return history.flatMap((item, index) => {
    if (item.type !== "additional_tools" && item.type !== "tool_search_output") return [];
    return placed(validate(items.additionalTools, item, placeOf(index)).tools, `${placeOf(index)}.tools`);
  });
}
