import type { NamedHints } from "../../config/values.ts";
import type { NamedModel } from "../../dialects/dialect.ts";
import type { HostInfo } from "../../hosts/host.ts";
import type { HostAbilities } from "../../turn/abilities.ts";
import type { CatalogModel } from "../../turn/catalog.ts";
import { AUTO_MODEL } from "./hints.ts";

const OWNER = "mcp-token-bridge";

/**
 * The models that a client can ask for: `auto`, each host under its label, the models that have answered so far (with
 * a label where another host has shown the same name), and the aliases.
 */
export function listModels(hosts: readonly HostInfo[], aliases: readonly NamedHints[]): NamedModel[] {
  const entries = new Map<string, NamedModel>([[AUTO_MODEL, automatic(hosts)]]);
  for (const { models, name, label, abilities, canSample, catalog = [] } of hosts) {
    if (!canSample) continue;
    const add = (id: string, model?: CatalogModel): void => {
      entries.set(id, { id, owner: name, host: label, ...described(abilities, model) });
    };
    add(`${label}/${AUTO_MODEL}`, catalog[0]);
    const known = new Map(catalog.map((model) => [model.id, model]));
    for (const id of new Set([...known.keys(), ...models])) {
      add(entries.has(id) ? `${label}/${id}` : id, known.get(id));
    }
  }
  // After them: a model that a host has shown wins over an alias with the same name.
  for (const { name: id, hints } of aliases) {
    if (!entries.has(id)) entries.set(id, { id, owner: OWNER, standsFor: hints });
  }
  return [...entries.values()];
}

/** Any host may answer it, so a prompt is sure to fit where it fits the smallest of their own choices. */
function automatic(hosts: readonly HostInfo[]): NamedModel {
  const told = hosts.flatMap(({ canSample, catalog }) => (canSample && catalog?.[0]?.inputTokens) || []);
  return { id: AUTO_MODEL, owner: OWNER, ...(told.length > 0 && { inputTokens: Math.min(...told) }) };
}

function described(host: HostAbilities, model: CatalogModel | undefined): Partial<NamedModel> {
  if (model === undefined) return { abilities: host };
  const { name, inputTokens, outputTokens, images = host.images, tools = host.tools } = model;
  return {
    abilities: { ...host, images, tools },
    ...(name !== undefined && { name }),
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
  };
}
