/** How long hosts over HTTP may be idle, and which of them is removed when there are too many. */

/** A host connected over HTTP. */
export interface Guest {
  /** Milliseconds since its last request; 0 while one is open. */
  readonly idleMs: number;
  /** Whether it declares sampling; `undefined` until it has identified itself. */
  readonly offers: boolean | undefined;
  /** Whether we could ever send it a request. */
  readonly cameToLend: boolean;
}

/** A real host continues within this time: some programs only check what is here. */
const LOOKS_AROUND_MS = 30_000;

/** Whether a host has been idle for too long; `idleMs` is the limit for those that can lend. */
export function isGone(guest: Guest, idleMs: number, stays = lends(guest)): boolean {
  return guest.idleMs > (stays ? idleMs : Math.min(idleMs, LOOKS_AROUND_MS));
}

/**
 * The host that is removed for a new one: first one that waits for nothing and was never ready to lend, then one that
 * cannot lend, then one that became idle; of several, the one that has been idle the longest. None while all of them
 * are ready to lend.
 */
export function givesWay<G extends Guest>(guests: Iterable<G>): G | undefined {
  let chosen: G | undefined;
  for (const guest of guests) {
    if (worth(guest) === IN_USE) continue;
    if (
      chosen === undefined ||
      worth(guest) < worth(chosen) ||
      (worth(guest) === worth(chosen) && guest.idleMs > chosen.idleMs)
    )
      chosen = guest;
  }
  return chosen;
}

const IN_USE = 3;

function worth(guest: Guest): number {
  const isIdle = guest.idleMs > 0;
  if (isIdle && !lends(guest)) return 0;
  if (guest.offers === false) return 1;
  return isIdle ? 2 : IN_USE;
}

function lends({ offers, cameToLend }: Guest): boolean {
  return offers !== false && cameToLend;
}
