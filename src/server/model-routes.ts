/** `GET /v1/models` and `/v1/models/{id}` in the shape of the vendor whose dialect the request's headers name. */
import type { Router } from "../routing/router.ts";
import { BridgeError } from "../turn/error.ts";
import type { RequestScope } from "./request-scope.ts";

export function serveModels(scope: RequestScope, router: Router, since: Date): void {
  scope.sendJson(scope.dialect.models.list(router.listModels(), since));
}

/** @throws BridgeError `model_not_found`. */
export function serveModel(scope: RequestScope, id: string | undefined, router: Router, since: Date): void {
  const model = router.listModels().find((entry) => entry.id === id);
  if (model === undefined) {
    throw new BridgeError("model_not_found", "No model of this name has answered yet; `auto` always exists.");
  }
  scope.sendJson(scope.dialect.models.one(model, since));
}
