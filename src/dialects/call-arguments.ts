import { BridgeError } from "../turn/error.ts";
import { DEEPEST_ARGUMENTS, textIsTooDeep } from "../turn/nesting.ts";

/**
 * The arguments of a call in a history, as JSON text; none are an empty object.
 *
 * @throws BridgeError `invalid_request` for arguments that nest deeper than a host could be told.
 */
export function callArguments(json: string | null | undefined, at: string): string {
  if (json === null || json === undefined || json.trim() === "") return "{}";
  if (!textIsTooDeep(json)) return json;
  throw new BridgeError(
    "invalid_request",
    `${at}: nests deeper than ${DEEPEST_ARGUMENTS} levels; leave out this call and its result.`,
    { param: at },
  );
}
