/** The bridge's model in the config file of a LiteLLM proxy. */
import { isMap, isSeq, type Document } from "yaml";
import { editYaml } from "../edit/yaml.ts";
import { CliError } from "../failure.ts";
import {
  LITELLM_MODEL,
  liteLlmParams,
  LITELLM_ROUTER,
  liteLlmConfig,
  type Target,
} from "../recipes/recipes.ts";

/** @throws CliError when the file is not YAML or its list of models is no list. */
export function editLiteLlm(file: string, before: string | undefined, target: Target): string {
  if (before === undefined || before.trim() === "") return `${liteLlmConfig(target)}\n`;
  return editYaml(file, before, (document) => {
    setModel(file, document, liteLlmParams(target));
    for (const [name, value] of Object.entries(LITELLM_ROUTER)) {
      set(file, document, ["router_settings", name], value);
    }
  });
}

function setModel(file: string, document: Document, params: Readonly<Record<string, string>>): void {
  const models = document.get("model_list");
  if (models === undefined || models === null) {
    document.set("model_list", document.createNode([{ model_name: LITELLM_MODEL, litellm_params: params }]));
    return;
  }
  if (!isSeq(models)) throw new CliError(`${file}: model_list is no list; correct it first`);
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
    throw new CliError(`${file}: ${parent.join(".")} is written in a way that cannot be edited safely`);
  }
  document.setIn(path, value);
}
