import type { CreateMessageRequestParams } from "@modelcontextprotocol/client";
import type { Model } from "./model.ts";
import { UpstreamClient, type Tell, type Upstream } from "./upstream/ask-upstream.ts";

export interface Lent extends Upstream {
  /** The model asked unless a hint is in the map. */
  readonly model: string;
  /** From the names of hints, in lower case, to models of the upstream. */
  readonly models: ReadonlyMap<string, string>;
}

/** An upstream's model as the one that a host lends. */
export function lendUpstream(lent: Lent, tell?: Tell): Model {
  const client = new UpstreamClient(lent, tell);
  return ({ params, trace, signal, emit }) =>
    client.ask({ params, model: modelFor(params, lent), trace }, emit, signal);
}

/** The first hint that the map knows decides. */
export function modelFor(params: CreateMessageRequestParams, { model, models }: Lent): string {
  for (const { name } of params.modelPreferences?.hints ?? []) {
    const mapped = name === undefined ? undefined : models.get(name.toLowerCase());
    if (mapped !== undefined) return mapped;
  }
  return model;
}
