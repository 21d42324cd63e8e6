/** The bridge's model in the config file of a LiteLLM proxy. */
import { isMap, isSeq, type Document } from "yaml";
import { valueAt } from "../recipes/member.ts";
import { cutYaml, editYaml, readYaml } from "./yaml.ts";
import { FileError } from "./file-error.ts";
import {
  LITELLM_MODEL,
  liteLlmParams,
  LITELLM_ROUTER,
  liteLlmConfig,
  type Target,
} from "../recipes/recipes.ts";

/** @throws FileError when the file is not YAML or its list of models is no list. */
export function editLiteLlm(file: string, before: string | undefined, target: Target): string {
  if (before === undefined || before.trim() === "") return `${liteLlmConfig(target)}\n`;
  return write(file, before, liteLlmParams(target));
}

function write(file: string, before: string, params: Readonly<Record<string, unknown>>): string {
  return editYaml(file, before, (document) => {
    setModel(file, document, params);
    for (const [name, value] of Object.entries(LITELLM_ROUTER)) {
      set(file, document, ["router_settings", name], value);
    }
  });
}

/**
 * The file without the bridge's model and the settings that came with it.
 *
 * @param backup what it was before we first changed it; `undefined` where we made it.
 * @returns `undefined` when nothing is left of a file that we made.
 */
export function undoLiteLlm(file: string, text: string, backup: string | undefined): string | undefined {
  const content = readYaml(file, text);
  const [at, params] = ourModel(content);
  if (params === undefined) return text;
  const [old, same] = backup === undefined ? [undefined, false] : before(file, backup, params, text);
  if (same) return backup;
  const models = valueAt(content, ["model_list"]) as readonly unknown[];
  const alone = models.length === 1 && valueAt(old, ["model_list"]) === undefined;
  const settings = Object.entries(LITELLM_ROUTER).filter(
    ([name, value]) =>
      valueAt(content, ["router_settings", name]) === value &&
      valueAt(old, ["router_settings", name]) !== value,
  );
  const router = valueAt(content, ["router_settings"]);
  const allOurs =
    typeof router === "object" &&
    router !== null &&
    Object.keys(router).length === settings.length &&
    valueAt(old, ["router_settings"]) === undefined;
  const after = cutYaml(file, text, [
    { path: alone ? ["model_list"] : ["model_list", at], value: undefined },
    ...(allOurs
      ? [{ path: ["router_settings"], value: undefined }]
      : settings.map(([name]) => ({
          path: ["router_settings", name],
          value: valueAt(old, ["router_settings", name]),
        }))),
  ]);
  return backup === undefined && after.replace(/^\uFEFF/, "").trim() === "" ? undefined : after;
}

/** What the file held before, and whether it became the text by our change alone. */
function before(
  file: string,
  backup: string,
  params: Readonly<Record<string, unknown>>,
  text: string,
): readonly [content: unknown, same: boolean] {
  try {
    if (backup.trim() === "") return [undefined, false];
    return [readYaml(file, backup), write(file, backup, params) === text];
  } catch {
    return [undefined, false];
  }
}

/** Where our model stands in the list, and its settings. */
function ourModel(content: unknown): readonly [number, Readonly<Record<string, unknown>> | undefined] {
  const models = valueAt(content, ["model_list"]);
  if (!Array.isArray(models)) return [-1, undefined];
  const at = models.findIndex(
    (model) =>
      valueAt(model, ["model_name"]) === LITELLM_MODEL &&
      valueAt(model, ["litellm_params", "model"]) === OUR_PROVIDER,
  );
  const params: unknown = valueAt(models[at], ["litellm_params"]);
  return [at, params as Readonly<Record<string, unknown>> | undefined];
}

const OUR_PROVIDER = "anthropic/auto";

function setModel(file: string, document: Document, params: Readonly<Record<string, unknown>>): void {
  const models = document.get("model_list");
  if (models === undefined || models === null) {
    document.set("model_list", document.createNode([{ model_name: LITELLM_MODEL, litellm_params: params }]));
    return;
  }
  if (!isSeq(models)) throw new FileError(`${file}: model_list is not a list; correct it first`);
  const at = models.items.findIndex((item) => isMap(item) && item.get("model_name") === LITELLM_MODEL);
  if (at < 0) {
    models.add(document.createNode({ model_name: LITELLM_MODEL, litellm_params: params }));
    return;
  }
  for (const [name, value] of Object.entries(params)) {
    set(file, document, ["model_list", at, "litellm_params", name], value);
  }
}

/** Setting what is so already would lose the way in which it is written. */
function set(file: string, document: Document, path: readonly (string | number)[], value: unknown): void {
  if (document.getIn(path) === value) return;
  const parent = path.slice(0, -1);
  const there = document.getIn(parent);
  if (there === null) document.setIn(parent, document.createNode({}));
  else if (there !== undefined && !isMap(there)) {
    throw new FileError(`${file}: ${parent.join(".")} is written in a way that cannot be edited safely`);
  }
  document.setIn(path, value);
}
