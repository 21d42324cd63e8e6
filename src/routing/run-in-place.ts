import type { TurnEvent, TurnEvents } from "../turn/event.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { Host } from "../hosts/host.ts";
import type { Leave, Line, Queue } from "./queue.ts";

export interface InPlace {
  readonly host: Host;
  readonly queue: Queue;
  /** Where the turn waits, if it must. */
  readonly line: Line;
  /** What is told of a turn that waits. */
  readonly waiting: () => TurnEvent;
  /** Called when there is a place, before the host hears of the turn; what it throws ends the turn. `waited`: the turn had to wait. */
  readonly onEnter?: (waited: boolean) => void;
  /** Called when the answer is whole. */
  readonly onEnd?: () => void;
  /** Called with what ends the turn before the place is free; throws in its stead. */
  readonly onThrown?: (thrown: unknown) => never;
}

/**
 * Waits for a place at a host, runs the turn, and frees the place when the host has done its work, in whatever way that ends.
 * Waiting is told as an event.
 */
export async function* runInPlace(
  { host, queue, line, waiting, onEnter, onEnd, onThrown }: InPlace,
  request: TurnRequest,
  signal: AbortSignal,
): TurnEvents {
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
      yield waiting();
      leave = await entering;
    }
    onEnter?.(entering !== undefined);
    const keep = (until: Promise<void>): void => {
      kept = until;
    };
    for await (const event of host.run(request, signal, keep)) {
      // A whole answer has come: the host is free, however slowly it is read.
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
    // The consumer may have left while we waited; the place may have been given even so.
    if (leave !== undefined) free(leave);
    else entering?.then(free, () => undefined);
  }
}
