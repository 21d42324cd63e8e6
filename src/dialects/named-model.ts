import { BridgeError } from "../turn/error.ts";
import type { NamedModel } from "./dialect.ts";

/** The listed model with this name. @throws BridgeError `model_not_found`. */
export function namedModel(listed: readonly NamedModel[], id: string | undefined): NamedModel {
  const model = listed.find((entry) => entry.id === id);
  if (model !== undefined) return model;
  throw new BridgeError("model_not_found", "No model of this name has answered yet; `auto` always exists.");
}
