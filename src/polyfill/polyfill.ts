import type { TurnEvents } from "../turn/event.ts";
import type { TurnRequest } from "../turn/request.ts";

/** Runs a turn. */
export type Run = (request: TurnRequest, signal: AbortSignal) => TurnEvents;

/** Supplies something that a host lacks, by changing the request on its way in or the events on their way out. */
export type Polyfill = (next: Run) => Run;

/** Applies polyfills from the outside in: the first sees the client's request first and the events last. */
export function compose(polyfills: readonly Polyfill[], run: Run): Run {
  return polyfills.reduceRight((next, polyfill) => polyfill(next), run);
}
