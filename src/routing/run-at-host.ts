import { BridgeError } from "../turn/error.ts";
import type { ErrorCode } from "../turn/error-kinds.ts";
import type { TurnEvent, TurnEvents } from "../turn/event.ts";
import { ownerOf, type Principal } from "../turn/principal.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { HostInfo } from "../hosts/host.ts";
import type { Failures } from "./failures.ts";
import type { Place } from "./pool.ts";
import type { Line } from "./queue.ts";
import type { Refusals } from "./refusals.ts";
import { runInPlace, type InPlace } from "./run-in-place.ts";

const HOST_AT_FAULT: ReadonlySet<ErrorCode> = new Set([
  "host_failed",
  "host_unauthorized",
  "host_gone",
  "host_timeout",
]);

export interface Caller {
  readonly principal: Principal;
  /** The client's request, under which refusals and failures are remembered. */
  readonly asked: TurnRequest;
  readonly refusals: Refusals;
  readonly failures: Failures;
}

/**
 * Runs the turn at the host, in a slot of its queue. `onEnter` is called before the turn is sent to the host. A
 * refusal is remembered before the slot is free, so that a waiting turn does not ask for the same again.
 */
export function runAtHost(
  { host, queue, health, label }: Place,
  { principal, asked, refusals, failures }: Caller,
  request: TurnRequest,
  signal: AbortSignal,
  onEnter: () => void,
): TurnEvents {
  const parties = { principal, host: label };
  const line = lineOf(principal, asked);
  const place: InPlace = {
    host,
    queue,
    line,
    waiting: () => waitingFor(host.describe()),
    onEnter(waited) {
      // Another turn may have been denied meanwhile.
      if (waited) refusals.check(asked, parties);
      onEnter();
    },
    onEnd: () => health.ended(false),
    onThrown(thrown) {
      if (!(thrown instanceof BridgeError)) throw thrown;
      if (HOST_AT_FAULT.has(thrown.code)) health.ended(true);
      const { refusalEndsAll, keepsRefusals = false } = host.describe();
      const isDenied = thrown.code === "consent_denied";
      if (!isDenied || !keepsRefusals) refusals.remember(asked, parties, thrown, refusalEndsAll);
      if (isDenied) {
        if (refusalEndsAll) queue.refuse(thrown);
        else if (asked.conversation !== undefined) queue.refuseLine(line, thrown);
      }
      throw failures.judge(thrown, asked, parties);
    },
  };
  return runInPlace(place, request, signal);
}

/** The line in the queue: one for each conversation of an owner, and one for each client that names none. */
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
  return { type: "turn-wait", reason: "slot", elapsedMs: 0, message: "waiting for a free slot at the host" };
}
