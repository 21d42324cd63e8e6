import { BridgeError, type ErrorCode } from "../turn/error.ts";
import type { TurnEvent, TurnEvents } from "../turn/event.ts";
import { ownerOf, type Principal } from "../turn/principal.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { HostInfo } from "../hosts/host.ts";
import type { Failures } from "./failures.ts";
import type { Place } from "./pool.ts";
import type { Leave, Line } from "./queue.ts";
import type { Refusals } from "./refusals.ts";

const HOST_AT_FAULT: ReadonlySet<ErrorCode> = new Set([
  "host_failed",
  "host_unauthorized",
  "host_gone",
  "host_timeout",
]);

export interface Caller {
  readonly principal: Principal;
  /** The request as the client sent it: refusals and failures are remembered for it. */
  readonly asked: TurnRequest;
  readonly refusals: Refusals;
  readonly failures: Failures;
}

/**
 * Waits for a place at the host, runs the turn and frees the place when the host has done its work, in whatever way that ends.
 * `onEnter` is called before the host hears of the turn. A refusal is remembered before the place is free, so that nothing that waits is asked again for what was denied.
 */
export async function* runAtHost(
  { host, queue, health, label }: Place,
  { principal, asked, refusals, failures }: Caller,
  request: TurnRequest,
  signal: AbortSignal,
  onEnter: () => void,
): TurnEvents {
  const parties = { principal, host: label };
  const line = lineOf(principal, asked);
  let leave = queue.tryEnter();
  // Made only for a turn that waits: a controller is a good part of what a turn costs.
  let left: AbortController | undefined;
  let entering: Promise<Leave> | undefined;
  let kept: Promise<void> | undefined;
  try {
    if (leave === undefined) {
      left = new AbortController();
      entering = queue.enter(line, AbortSignal.any([signal, left.signal]));
      // It may fail while the consumer has not come back from the next line.
      entering.catch(() => undefined);
      yield waitingFor(host.describe());
      leave = await entering;
      refusals.check(asked, parties);
    }
    onEnter();
    const keep = (until: Promise<void>): void => {
      kept = until;
    };
    for await (const event of host.run(request, signal, keep)) {
      // A whole answer has come: the host is free, however slowly the client reads it.
      if (event.type === "turn-start" && !host.describe().abilities.deltas) leave();
      if (event.type === "turn-end") health.ended(false);
      yield event;
    }
  } catch (thrown) {
    if (thrown instanceof BridgeError && HOST_AT_FAULT.has(thrown.code)) health.ended(true);
    if (!(thrown instanceof BridgeError)) throw thrown;
    const { refusalEndsAll } = host.describe();
    refusals.remember(asked, parties, thrown, refusalEndsAll);
    if (thrown.code === "consent_denied") {
      if (refusalEndsAll) queue.refuse(thrown);
      else if (asked.conversation !== undefined) queue.refuseLine(line, thrown);
    }
    throw failures.judge(thrown, asked, parties);
  } finally {
    // The consumer may have left while we waited; the place may have been given even so.
    left?.abort();
    entering?.then(
      (given) => given(),
      () => undefined,
    );
    if (kept === undefined) leave?.();
    else void kept.then(leave);
  }
}

/** What the queue is fair between: the conversations of each owner, and the clients that name none. */
function lineOf(principal: Principal, { conversation }: TurnRequest): Line {
  return {
    owner: ownerOf(principal),
    name: conversation === undefined ? `client ${principal.agent}` : `conversation ${conversation}`,
  };
}

function waitingFor({ consent, name }: HostInfo): TurnEvent {
  if (consent === "waiting") {
    const message = `waiting behind other requests: the host (${name}) may be asking for consent`;
    return { type: "turn-wait", reason: "consent", elapsedMs: 0, message };
  }
  return { type: "turn-wait", reason: "slot", elapsedMs: 0, message: "waiting for a free place at the host" };
}
