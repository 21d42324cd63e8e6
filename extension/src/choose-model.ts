/** Which of the editor's models answers a turn. Pure functions. */
import type { LanguageModelChat } from "vscode";
import { BridgeError, type TurnRequest } from "../../src/index.ts";

/** `vendor/id`, under which a model is told to clients. */
export function nameOf({ vendor, id }: Pick<LanguageModelChat, "vendor" | "id">): string {
  return `${vendor}/${id}`;
}

type Fits = (model: LanguageModelChat, name: string) => boolean;

/** How a name is compared, the strictest way first. */
const WAYS: readonly Fits[] = [
  (model, name) => nameOf(model) === name || model.id === name,
  (model, name) =>
    [nameOf(model), model.id, model.family, model.name].some((own) => own.toLowerCase() === name),
  (model, name) => [nameOf(model), model.family, model.name].some((own) => own.toLowerCase().includes(name)),
];

/**
 * The model of the first hint that fits one; without hints the preferred one, else the provider's own choice (`auto`), else the first.
 *
 * @throws BridgeError `host_cannot_sample` without any model, `model_not_found` for an exact `vendor/id` that is not there: another
 * model in its place would be a surprise.
 */
export function chooseModel(
  { model: wanted, hints = [] }: Pick<TurnRequest, "model" | "hints">,
  models: readonly LanguageModelChat[],
  preferred: string,
): LanguageModelChat {
  const [any] = models;
  if (any === undefined) {
    throw new BridgeError(
      "host_cannot_sample",
      "This VS Code window has no language model yet. Sign in to GitHub Copilot there, or add a model provider.",
    );
  }
  const exact = models.find((model) => nameOf(model) === wanted);
  if (exact !== undefined) return exact;
  const slash = wanted.indexOf("/");
  if (slash > 0 && models.some(({ vendor }) => vendor === wanted.slice(0, slash))) {
    throw new BridgeError(
      "model_not_found",
      `VS Code has no model \`${wanted.slice(0, 200)}\` (any more). GET /v1/models lists those it has.`,
      { param: "model" },
    );
  }
  for (const hint of hints) {
    for (const fits of WAYS) {
      const found = models.find((model) => fits(model, fits === WAYS[0] ? hint : hint.toLowerCase()));
      if (found !== undefined) return found;
    }
  }
  const byChoice = preferred === "" ? undefined : models.find((model) => nameOf(model) === preferred);
  return byChoice ?? models.find(({ id }) => id === "auto") ?? any;
}
