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

/** The arguments of a call in an answer, which must be an object; text that is none is kept, so that the client's own check can tell the model. */
export function argumentsObject(json: string): object {
  if (json.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Kept as text below.
  }
  return { unparsed: json };
}
