import { waitedMs } from "./waited.mjs";

/** How often the event loop is looked at, in milliseconds. */
const LOOK_MS = 20;

/** Begins to look how long the event loop of this thread is held, less what the thread waited for a processor. */
export function ownStalls(): { readonly longestMs: () => number } {
  let longest = 0;
  let last = performance.now();
  let waited = waitedMs() ?? 0;
  const look = (): void => {
    const now = performance.now();
    const waitedNow = waitedMs() ?? 0;
    longest = Math.max(longest, now - last - LOOK_MS - (waitedNow - waited));
    last = now;
    waited = waitedNow;
  };
  const looking = setInterval(look, LOOK_MS);
  return {
    longestMs() {
      clearInterval(looking);
      look();
      return Math.round(longest);
    },
  };
}
