/** `GET /v1/models` and `/v1/models/{id}` in the shape of the vendor whose dialect the request's headers name. */
import { listModels } from "../routing/models.ts";
import type { Router } from "../routing/router.ts";
import { BridgeError } from "../turn/error.ts";
import type { RequestScope } from "./request-scope.ts";

export function serveModels(scope: RequestScope, router: Router, since: Date): void {
  scope.sendJson(scope.dialect.models.list(listModels(router.pool.describe()), since));
}

/** @throws BridgeError `not_found`. */
export function serveModel(scope: RequestScope, id: string | undefined, router: Router, since: Date): void {
  const model = listModels(router.pool.describe()).find((entry) => entry.id === id);
  if (model === undefined) {
    throw new BridgeError("not_found", "No model of this name has answered yet; `auto` always exists.");
  }
  scope.sendJson(scope.dialect.models.one(model, since));
}
