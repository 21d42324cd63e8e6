/** The editor's models as the bridge tells them to clients, and which of them answers a turn. Pure functions. */
import type { LanguageModelChat } from "vscode";
import { BridgeError, type TurnRequest } from "../../src/index.ts";
import { findModel, isGone, type CatalogModel, type Found } from "../../src/turn/catalog.ts";
import { capabilitiesOf } from "./newer-api.ts";

/** `vendor/id`, under which a model is told to clients. */
export function nameOf({ vendor, id }: Pick<LanguageModelChat, "vendor" | "id">): string {
  return `${vendor}/${id}`;
}

/**
 * The one that answers where a request names none comes first: the preferred one, else the provider's own choice (`auto`).
 *
 * @param seesImages whether the editor can send images at all.
 */
export function catalogOf(
  models: readonly LanguageModelChat[],
  preferred: string,
  seesImages: boolean,
): CatalogModel[] {
  const first = models.find((model) => nameOf(model) === preferred) ?? models.find(({ id }) => id === "auto");
  const ordered = first === undefined ? models : [first, ...models.filter((model) => model !== first)];
  return ordered.map((model) => describe(model, seesImages));
}

function describe(model: LanguageModelChat, seesImages: boolean): CatalogModel {
  const { name, family, maxInputTokens } = model;
  const { supportsImageToText, supportsToolCalling } = capabilitiesOf(model);
  const sees = seesImages && supportsImageToText !== false;
  return {
    id: nameOf(model),
    ...(name !== "" && { name }),
    ...(family !== "" && { family }),
    // A provider may say 0 for what it does not know.
    ...(Number.isSafeInteger(maxInputTokens) && maxInputTokens > 0 && { inputTokens: maxInputTokens }),
    images: sees ? "yes" : "no",
    ...(supportsToolCalling !== undefined && { tools: supportsToolCalling }),
  };
}

/**
 * @throws BridgeError `host_cannot_sample` without any model, `model_not_found` for an exact `vendor/id` that is not there.
 */
export function chooseModel(
  asked: Pick<TurnRequest, "model" | "hints">,
  catalog: readonly CatalogModel[],
): Found {
  const found = findModel(asked, catalog);
  if (found === undefined) {
    throw new BridgeError(
      "host_cannot_sample",
      "This VS Code window has no language model yet. Sign in to GitHub Copilot there, or add a model provider.",
    );
  }
  if (isGone(asked.model, catalog)) {
    throw new BridgeError(
      "model_not_found",
      `VS Code has no model \`${asked.model.slice(0, 200)}\` (any more). GET /v1/models lists those it has.`,
      { param: "model" },
    );
  }
  return found;
}
