/** Tools that stand among the input items: Codex declares all of them so for some models, and a client's search finds some. */
import type { JsonObject } from "../shapes.ts";
import { validate } from "../validate.ts";
import { items, type Item } from "./schema.ts";

/** The tools of all `additional_tools` and `tool_search_output` items, in order. @throws BridgeError `invalid_request` where an item is malformed. */
export function additionalTools(input: readonly Item[]): JsonObject[] {
  return input.flatMap((item, index) =>
    item.type === "additional_tools" || item.type === "tool_search_output"
      ? (validate(items.additionalTools, item, `input.${index}`).tools ?? [])
      : [],
  );
}
