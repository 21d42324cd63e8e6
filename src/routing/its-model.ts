/** For hosts that list their models: which model answers a turn, and its abilities. Pure functions. */
import type { HostInfo } from "../hosts/host.ts";
import { findModel, type CatalogModel } from "../turn/catalog.ts";
import type { TurnRequest } from "../turn/request.ts";

/** The host's abilities, with those of the model that will answer where the host lists its models. */
export function asItsModel<Info extends HostInfo>(host: Info, request: TurnRequest): Info {
  const model = modelFor(host, request);
  if (model === undefined) return host;
  const { images = host.abilities.images, tools = host.abilities.tools } = model;
  return { ...host, abilities: { ...host.abilities, images, tools } };
}

/** The model that a host will answer with; `undefined` for hosts that do not list theirs. */
export function modelFor({ catalog }: HostInfo, request: TurnRequest): CatalogModel | undefined {
  return catalog === undefined ? undefined : findModel(request, catalog)?.model;
}

/** The hosts that list exactly the requested model, or else all hosts: one that does not list its models might answer with another. */
export function withItsModel<Host extends { readonly info: HostInfo }>(
  hosts: readonly Host[],
  { model }: TurnRequest,
): readonly Host[] {
  const having = hosts.filter(({ info }) => info.catalog?.some(({ id }) => id === model) === true);
  return having.length > 0 ? having : hosts;
}
