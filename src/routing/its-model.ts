/** Hosts that know their models: which of them answers a turn, and what that one can do. Pure functions. */
import type { HostInfo } from "../hosts/host.ts";
import { findModel, type CatalogModel } from "../turn/catalog.ts";
import type { TurnRequest } from "../turn/request.ts";

/** The same of the model that a host will answer with, as far as the host knows its models. */
export function asItsModel<Info extends HostInfo>(host: Info, request: TurnRequest): Info {
  const model = modelFor(host, request);
  if (model === undefined) return host;
  const { images = host.abilities.images, tools = host.abilities.tools } = model;
  return { ...host, abilities: { ...host.abilities, images, tools } };
}

/** The model that a host will answer with; `undefined` for hosts that do not know theirs. */
export function modelFor({ catalog }: HostInfo, request: TurnRequest): CatalogModel | undefined {
  return catalog === undefined ? undefined : findModel(request, catalog)?.model;
}

/** Those that have the very model that is asked for, or all: a host that does not know its models would answer with another. */
export function withItsModel<Host extends { readonly info: HostInfo }>(
  hosts: readonly Host[],
  { model }: TurnRequest,
): readonly Host[] {
  const having = hosts.filter(({ info }) => info.catalog?.some(({ id }) => id === model) === true);
  return having.length > 0 ? having : hosts;
}
