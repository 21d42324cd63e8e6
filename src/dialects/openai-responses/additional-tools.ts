/** Tools inside the input items: Codex declares all its tools so for some models, and a client's tool search returns some. */
import { placed, type PlacedTool } from "../any-tool.ts";
import { validate } from "../validate.ts";
import { items, type Item } from "./schema.ts";

/**
 * The tools of all `additional_tools` and `tool_search_output` items, in order; `placeOf` gives the place of an item in the request.
 *
 * @throws BridgeError `invalid_request` for a malformed one.
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
