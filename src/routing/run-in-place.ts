import type { TurnEvent, TurnEvents } from "../turn/event.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { Host } from "../hosts/host.ts";
import type { Leave, Line, Queue } from "./queue.ts";

export interface InPlace {
  readonly host: Host;
  readonly queue: Queue;
  /** The place in the queue. */
  readonly line: Line;
  /** The event for a turn that waits. */
  readonly waiting: () => TurnEvent;
  /** Called when there is a slot, before the turn is sent to the host; throwing ends the turn. `waited`: the turn had to wait. */
  readonly onEnter?: (waited: boolean) => void;
  /** Called when the answer is complete. */
  readonly onEnd?: () => void;
  /** Called with the error that ends the turn, before the slot is free; throws the error for the client. */
  readonly onThrown?: (thrown: unknown) => never;
}

/**
 * Waits for a slot at a host, runs the turn, and frees the slot when the host has finished, also after an error.
 * Waiting is reported as an event.
 */
export async function* runInPlace(
  { host, queue, line, waiting, onEnter, onEnd, onThrown }: InPlace,
  request: TurnRequest,
  signal: AbortSignal,
): TurnEvents {
  let leave = queue.tryEnter();
  // Created only for a turn that waits: an AbortController is a good part of the cost of a turn.
  let left: AbortController | undefined;
  let entering: Promise<Leave> | undefined;
  let kept: Promise<void> | undefined;
  try {
    if (leave === undefined) {
      left = new AbortController();
      entering = queue.enter(line, AbortSignal.any([signal, left.signal]));
      // It may fail before the consumer continues after the next line.
      entering.catch(() => undefined);
      yield waiting();
      leave = await entering;
    }
    onEnter?.(entering !== undefined);
    const keep = (until: Promise<void>): void => {
      kept = until;
    };
    for await (const event of host.run(request, signal, keep)) {
      // The answer is complete: the host is free, however slowly the client reads.
      if (event.type === "turn-start" && !host.describe().abilities.deltas) leave();
      if (event.type === "turn-end") onEnd?.();
      yield event;
    }
  } catch (thrown) {
    onThrown?.(thrown);
    throw thrown;
  } finally {
    left?.abort();
    const free = (given: Leave): void => void (kept === undefined ? given() : kept.then(given));
    // The consumer may have left during the wait; a slot may have been given to it all the same.
    if (leave !== undefined) free(leave);
    else entering?.then(free, () => undefined);
  }
}
