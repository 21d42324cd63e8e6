/** Chooses the host for a turn. Pure functions. */
import * as z from "zod";
import { hostInfo, type HostInfo } from "../hosts/host.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { Immutable } from "../util/shape.ts";
import { droppedMedia } from "./media.ts";

/** A host as the pool knows it, and as `GET /ready` shows it. */
export const attachedHost = hostInfo.extend({
  /** Turns waiting for a slot. */
  queued: z.int().nonnegative(),
  /** It gets no new turns. */
  draining: z.boolean(),
  /** Its last turns have failed. */
  failing: z.boolean(),
});
export type AttachedHost = Immutable<z.output<typeof attachedHost>>;

/** The host that a request names, and the model to ask it for. */
export interface Named {
  readonly label: string | undefined;
  readonly request: TurnRequest;
}

/**
 * Reads the host that a request names: in the header `x-mcp-host`, or before the model's name as in `vscode/gpt-4o`. A
 * model that a host has shown under the whole name is not split.
 */
export function namedHost(
  request: TurnRequest,
  header: string | undefined,
  hosts: readonly HostInfo[],
): Named {
  if (header !== undefined) return { label: header, request };
  const { model } = request;
  const slash = model.indexOf("/");
  const label = model.slice(0, slash);
  const names = slash > 0 && hosts.some((host) => host.label === label);
  if (!names || hosts.some(({ models }) => models.includes(model))) return { label: undefined, request };
  return { label, request: { ...request, model: model.slice(slash + 1) } };
}

/** Whether a host can take the turn at all. */
export function canTake(host: AttachedHost, request: TurnRequest): boolean {
  return host.canSample && !host.draining && droppedMedia(request, host) === undefined;
}

/** The best host of those that can take the turn; of equals the first. */
export function choose<Host extends { readonly info: AttachedHost }>(
  hosts: readonly Host[],
  request: TurnRequest,
): Host | undefined {
  if (hosts.length <= 1) return hosts[0];
  let best: { readonly host: Host; readonly ranks: readonly number[] } | undefined;
  for (const host of hosts) {
    const ranks = ranksOf(host.info, request);
    if (best === undefined || before(ranks, best.ranks)) best = { host, ranks };
  }
  return best?.host;
}

/** Reasons against a host, the most important first. */
function ranksOf(host: AttachedHost, { model, hints = [], tools }: TurnRequest): number[] {
  const { models, consent, failing, slots, abilities, running, queued } = host;
  return [
    // No host could serve it.
    slots === 0 ? 1 : 0,
    consent === "denied" ? 1 : 0,
    failing ? 1 : 0,
    [model, ...hints].some((name) => models.includes(name)) ? 0 : 1,
    tools.length > 0 && !abilities.tools ? 1 : 0,
    abilities.deltas ? 0 : 1,
    running + queued,
  ];
}

function before(one: readonly number[], other: readonly number[]): boolean {
  const index = one.findIndex((rank, place) => rank !== other[place]);
  return index >= 0 && (one[index] ?? 0) < (other[index] ?? 0);
}
