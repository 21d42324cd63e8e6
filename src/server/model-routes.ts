/** `GET /v1/models` and `/v1/models/{id}` in the shape of the vendor whose dialect the request's headers name. */
import { namedModel } from "../dialects/named-model.ts";
import type { Router } from "../routing/router.ts";
import type { RequestScope } from "./request-scope.ts";

export function serveModels(scope: RequestScope, router: Router, since: Date): void {
  scope.sendJson(scope.dialect.models.list(router.listModels(scope.principal), since));
}

/** @throws BridgeError `model_not_found`. */
export function serveModel(scope: RequestScope, id: string | undefined, router: Router, since: Date): void {
  scope.sendJson(scope.dialect.models.one(namedModel(router.listModels(scope.principal), id), since));
}
