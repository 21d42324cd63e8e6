/** Tools that stand among the input items: Codex declares all of them so for models that it knows to read them there. */
import { validate } from "../validate.ts";
import { items, type Item, type WireTool } from "./schema.ts";

/** The tools of all `additional_tools` items, in order. @throws BridgeError `invalid_request` where one is malformed. */
export function additionalTools(input: readonly Item[]): WireTool[] {
  return input.flatMap((item, index) =>
    item.type === "additional_tools"
      ? (validate(items.additionalTools, item, `input.${index}`).tools ?? [])
      : [],
  );
}
