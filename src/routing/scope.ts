/** Checks which models and hosts a key may use. Pure functions. */
import type { NamedModel } from "../dialects/dialect.ts";
import { BridgeError } from "../turn/error.ts";
import type { Principal } from "../turn/principal.ts";
import { fits } from "../util/glob.ts";

/** Patterns and labels listed in an error. */
const TOLD = 20;

/**
 * @param names of the model: as the client wrote it, and without the label of a host before it.
 * @throws BridgeError `model_not_found`.
 */
export function checkModel({ named }: Principal, names: readonly string[]): void {
  const patterns = named?.scope.models;
  if (patterns === undefined || names.some((name) => fitsOne(patterns, name))) return;
  const [asked = ""] = names;
  throw new BridgeError(
    "model_not_found",
    `The key ${named?.name} may not use the model \`${asked.slice(0, 200)}\`. Models of this key: ${told(patterns)}.`,
    { param: "model" },
  );
}

/** @throws BridgeError `outside_scope`. */
export function checkHost({ named }: Principal, label: string | undefined): void {
  const labels = named?.scope.hosts;
  if (label === undefined || labels === undefined || labels.includes(label)) return;
  throw new BridgeError(
    "outside_scope",
    `The key ${named?.name} may not use the host ${label.slice(0, 100)}. Hosts of this key: ${told(labels)}.`,
  );
}

/**
 * The hosts that a principal may use.
 *
 * @throws BridgeError `no_host` where there are hosts but none that it may use.
 */
export function hostsFor<Host extends { readonly label: string }>(
  { named }: Principal,
  hosts: readonly Host[],
): readonly Host[] {
  const labels = named?.scope.hosts;
  if (labels === undefined) return hosts;
  const own = hosts.filter(({ label }) => labels.includes(label));
  if (own.length > 0 || hosts.length === 0) return own;
  throw new BridgeError(
    "no_host",
    `None of the hosts that the key ${named?.name} may use is attached: ${told(labels)}. Start one of them.`,
  );
}

/** The models that a principal may use; aliases and `auto` have no host, because any host may serve them. */
export function modelsFor({ named }: Principal, models: readonly NamedModel[]): readonly NamedModel[] {
  if (named === undefined) return models;
  const { models: patterns, hosts } = named.scope;
  return models.filter(
    ({ id, host }) =>
      (hosts === undefined || host === undefined || hosts.includes(host)) &&
      (patterns === undefined ||
        fitsOne(patterns, id) ||
        (host !== undefined && id.startsWith(`${host}/`) && fitsOne(patterns, id.slice(host.length + 1)))),
  );
}

function fitsOne(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => fits(pattern, name));
}

function told(names: readonly string[]): string {
  return names.slice(0, TOLD).join(", ") + (names.length > TOLD ? ", …" : "");
}
