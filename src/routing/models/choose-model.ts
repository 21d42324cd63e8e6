/** From the model name in a request to the names that its host is asked for. */
import type { BackgroundRule } from "../../config/values.ts";
import type { HostInfo } from "../../hosts/host.ts";
import { BridgeError } from "../../turn/error.ts";
import { isGone, type CatalogModel } from "../../turn/catalog.ts";
import type { Notice } from "../../turn/notice.ts";
import type { TurnRequest } from "../../turn/request.ts";
import { isBackground } from "./background.ts";
import { listModels } from "./list.ts";
import { chain, resolve, type NameRules } from "./resolve.ts";

export interface ModelRules extends NameRules {
  /** Refuses unknown names. */
  readonly strict: boolean;
  /** Models for background requests; empty: the same as for others. */
  readonly backgroundModel: readonly string[];
  readonly backgroundRules: readonly BackgroundRule[];
}

export interface ModelChoice {
  /** With the hints for its host. */
  readonly request: TurnRequest;
  readonly notices: readonly Notice[];
}

const BACKGROUND: Notice = {
  code: "background-model",
  message: "Recognised as a background request, so the host is asked for the background model.",
};

/** Names listed in an error. */
const NAMES_TOLD = 20;

/**
 * @throws BridgeError `model_not_found` for a model that its vendor does not have (any more), and for an unknown name if names are
 * strict and a host is attached.
 */
export function chooseModel(
  request: TurnRequest,
  hosts: readonly HostInfo[],
  rules: ModelRules,
): ModelChoice {
  const { hints, why } = resolve(
    request.model,
    hosts.flatMap(({ models }) => models),
    rules,
  );
  // Without a host it is unknown which names exist, and the error must say that there is no host.
  const isUnknown = why === "default" && rules.strict && hosts.length > 0;
  if (isUnknown || (why !== "alias" && isGone(request.model, catalogOf(hosts)))) {
    throw unknownModel(request.model, hosts, rules);
  }
  if (rules.backgroundModel.length === 0 || !isBackground(request, rules.backgroundRules)) {
    return { request: { ...request, hints }, notices: [] };
  }
  return { request: { ...request, hints: chain(rules.backgroundModel, hints) }, notices: [BACKGROUND] };
}

function catalogOf(hosts: readonly HostInfo[]): CatalogModel[] {
  return hosts.flatMap(({ catalog }) => catalog ?? []);
}

function unknownModel(model: string, hosts: readonly HostInfo[], { aliases }: NameRules): BridgeError {
  const names = listModels(hosts, aliases).map(({ id }) => id);
  const more = names.length > NAMES_TOLD ? ", …" : "";
  return new BridgeError(
    "model_not_found",
    `Unknown model \`${model.slice(0, 200)}\`. Models: ${names.slice(0, NAMES_TOLD).join(", ")}${more}.`,
    { param: "model" },
  );
}
