/** `GET /v1/models` and `/v1/models/{id}` in the shape of the vendor whose dialect the request's headers name. */
import { listModels, type ModelEntry } from "../routing/models.ts";
import type { Router } from "../routing/router.ts";
import { BridgeError } from "../turn/error.ts";
import type { RequestScope } from "./request-scope.ts";

/** All there are, on one page, whatever page was asked for. */
export function serveModels(scope: RequestScope, router: Router, since: Date): void {
  const models = listModels(router.pool.describe());
  if (scope.dialect.id !== "anthropic-messages") {
    scope.sendJson({ object: "list", data: models.map((model) => openaiModel(model, since)) });
    return;
  }
  scope.sendJson({
    data: models.map((model) => anthropicModel(model, since)),
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  });
}

/** @throws BridgeError `not_found`. */
export function serveModel(scope: RequestScope, id: string | undefined, router: Router, since: Date): void {
  const model = listModels(router.pool.describe()).find((entry) => entry.id === id);
  if (model === undefined) {
    throw new BridgeError("not_found", "No model of this name has answered yet; `auto` always exists.");
  }
  scope.sendJson(
    scope.dialect.id !== "anthropic-messages" ? openaiModel(model, since) : anthropicModel(model, since),
  );
}

function openaiModel(model: ModelEntry, since: Date): object {
  return {
    id: model.id,
    object: "model",
    created: Math.floor(since.getTime() / 1000),
    owned_by: model.owner,
  };
}

function anthropicModel(model: ModelEntry, since: Date): object {
  return { type: "model", id: model.id, display_name: model.id, created_at: since.toISOString() };
}
