import { BridgeError } from "../turn/error.ts";
import { DEEPEST_ARGUMENTS, textIsTooDeep } from "../turn/nesting.ts";

/**
 * The arguments of a call in a history, as JSON text; missing arguments become an empty object.
 *
 * @throws BridgeError `invalid_request` for arguments that nest too deep for a host.
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

/** The arguments of a call in an answer, which must be an object; another text is kept, so that the client's own validation can report it to the model. */
export function argumentsObject(json: string): object {
  if (json.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(json);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Not JSON: kept as text below.
  }
  return { unparsed: json };
}
