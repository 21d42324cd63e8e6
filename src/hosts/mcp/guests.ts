/** How long hosts over HTTP may stay without a sign of life, and which of them gives way when there are too many. */

/** A host that has come over HTTP. */
export interface Guest {
  /** Milliseconds since it was last seen; 0 while a request of its own is open. */
  readonly idleMs: number;
  /** Whether it can lend a model by what it says; unknown until it has said. */
  readonly offers: boolean | undefined;
  /** Whether it was ever there to be asked. */
  readonly cameToLend: boolean;
}

/** A host comes back within this time, or was never one: some programs only look who is there. */
const LOOKS_AROUND_MS = 30_000;

/** Whether a host has been silent for too long; `idleMs` holds for those that have come to lend. */
export function isGone(guest: Guest, idleMs: number, stays = lends(guest)): boolean {
  return guest.idleMs > (stays ? idleMs : Math.min(idleMs, LOOKS_AROUND_MS));
}

/**
 * The host that gives way to another one: first of those that wait for nothing and have not come to lend, then of those that
 * cannot, then of those that have gone silent; of several the one that has been silent the longest. None while all of them
 * are there to lend.
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
