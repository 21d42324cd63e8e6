import type { Hono } from "hono";
import { listModels, type ModelEntry } from "../routing/models.ts";
import type { Router } from "../routing/router.ts";
import { BridgeError } from "../turn/error.ts";
import type { AppEnv } from "./app.ts";

/** `GET /v1/models` and `/v1/models/{id}` in the shape of the vendor that the request's headers name. */
export function modelRoutes(app: Hono<AppEnv>, router: Router): void {
  const since = new Date();

  app.get("/v1/models", (c) => {
    const models = listModels(router.pool.describe());
    if (c.get("dialect").id === "openai-chat") {
      return c.json({ object: "list", data: models.map((model) => openaiModel(model, since)) });
    }
    return c.json({
      data: models.map((model) => anthropicModel(model, since)),
      has_more: false,
      first_id: models[0]?.id ?? null,
      last_id: models.at(-1)?.id ?? null,
    });
  });

  // Model names of hosts contain slashes.
  app.get("/v1/models/:id{.+}", (c) => {
    const id = c.req.param("id");
    const model = listModels(router.pool.describe()).find((entry) => entry.id === id);
    if (model === undefined)
      throw new BridgeError("not_found", "No model of this name has answered yet; `auto` always exists.");
    return c.json(
      c.get("dialect").id === "openai-chat" ? openaiModel(model, since) : anthropicModel(model, since),
    );
  });
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
