/** Models in the shapes of `/api/tags`, `/api/ps` and `/api/show` (Ollama API reference). What no host shows is left empty or out. */
import { createHash } from "node:crypto";
import type { ModelShapes, NamedModel } from "../dialect.ts";
import { modelExtras } from "../model-extras.ts";

/** `one` needs the others: what stands for any host can what one of them can. */
export function shown(model: NamedModel, listed: readonly NamedModel[], since: Date): object {
  return {
    modelfile: "",
    parameters: "",
    template: "",
    details: DETAILS,
    model_info: {
      "general.architecture": FORMAT,
      "general.basename": model.id,
      ...contextLength(model, `${FORMAT}.context_length`),
    },
    capabilities: capabilitiesOf(model, listed),
    modified_at: since.toISOString(),
    ...modelExtras(model),
  };
}

export function running(listed: readonly NamedModel[], since: Date): object {
  const loaded = (model: NamedModel): object => ({
    ...entry(model, since),
    expires_at: NEVER,
    size_vram: 0,
    ...contextLength(model, "context_length"),
  });
  return { models: listed.map(loaded) };
}

export const models: ModelShapes = {
  one: (model, since) => shown(model, [model], since),
  list: (entries, since) => ({ models: entries.map((model) => entry(model, since)) }),
};

/** Where a program expects the kind of file that a model lies in. */
const FORMAT = "mcp";

const DETAILS = {
  parent_model: "",
  format: FORMAT,
  family: FORMAT,
  families: [FORMAT],
  parameter_size: "",
  quantization_level: "",
};

const NEVER = "9999-12-31T23:59:59Z";

function entry(model: NamedModel, since: Date): object {
  const { id } = model;
  return {
    name: id,
    model: id,
    modified_at: since.toISOString(),
    size: 0,
    // Programs show its beginning, and tell models apart by it.
    digest: createHash("sha256").update(id).digest("hex"),
    details: DETAILS,
    ...modelExtras(model),
  };
}

/** How long a prompt may be, where a host tells it: programs cut what they send to it. */
function contextLength({ inputTokens }: NamedModel, member: string): object {
  return inputTokens === undefined ? {} : { [member]: inputTokens };
}

/** Tools are supplied where a host has none. */
function capabilitiesOf(model: NamedModel, listed: readonly NamedModel[]): string[] {
  const of = model.abilities === undefined ? listed : [model];
  return [
    "completion",
    "tools",
    ...(of.some(({ abilities }) => abilities !== undefined && abilities.images !== "no") ? ["vision"] : []),
    ...(of.some(({ abilities }) => abilities?.reasoning === true) ? ["thinking"] : []),
  ];
}
