/** Tools that stand among the input items: Codex declares all of them so for some models, and a client's search finds some. */
import { validate } from "../validate.ts";
import { items, type Item } from "./schema.ts";
import { placed, type PlacedTool } from "./tools.ts";

/**
 * The tools of all `additional_tools` and `tool_search_output` items, in order. The first `stored` items are not of this request.
 *
 * @throws BridgeError `invalid_request` where one is malformed.
 */
export function additionalTools(history: readonly Item[], stored = 0): PlacedTool[] {
  return history.flatMap((item, index) => {
    if (item.type !== "additional_tools" && item.type !== "tool_search_output") return [];
    const at = `input.${Math.max(0, index - stored)}`;
    return placed(validate(items.additionalTools, item, at).tools, `${at}.tools`);
  });
}
