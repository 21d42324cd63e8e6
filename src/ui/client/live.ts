/** What goes on at the bridge, as its stream tells it: the newest state, however slowly this page reads. */
import { batch, signal } from "@preact/signals";
import { ask, lookAtRight } from "./api.ts";
import { readEvents } from "./event-stream.ts";
import type { Approval, ControlState, Grant, HostState, LiveChange, LiveRequest } from "./shapes.ts";

const AGAIN_MS = 1000;
const AGAIN_MOST_MS = 15_000;

export const state = signal<ControlState | undefined>(undefined);
export const hosts = signal<readonly HostState[]>([]);
export const requests = signal<ReadonlyMap<string, LiveRequest>>(new Map());
export const approvals = signal<ReadonlyMap<string, Approval>>(new Map());
export const grants = signal<ReadonlyMap<string, Grant>>(new Map());
export const connection = signal<"connecting" | "open" | "lost">("connecting");
/** What the bridge's clock says more than ours. */
export const ahead = signal(0);

let running: AbortController | undefined;

/** Follows until `unfollow`; where the connection ends, another is made. */
export async function follow(): Promise<void> {
  if (running !== undefined) return;
  const leaving = new AbortController();
  running = leaving;
  let wait = AGAIN_MS;
  while (!leaving.signal.aborted) {
    try {
      const response = await ask("/control/live", { signal: leaving.signal });
      if (!response.ok) {
        if (response.status === 401 || response.status === 403) await lookAtRight();
        throw new Error("refused");
      }
      let isFirst = true;
      await readEvents(response, {
        data: (text) => {
          wait = AGAIN_MS;
          connection.value = "open";
          take(JSON.parse(text) as LiveChange, isFirst);
          isFirst = false;
        },
      });
    } catch {
      // Whatever it was, it is tried again.
    }
    if (leaving.signal.aborted) return;
    connection.value = "lost";
    await new Promise((resolve) => {
      setTimeout(resolve, wait);
    });
    wait = Math.min(wait * 2, AGAIN_MOST_MS);
  }
}

export function unfollow(): void {
  running?.abort();
  running = undefined;
  connection.value = "connecting";
}

function take(change: LiveChange, isFirst: boolean): void {
  batch(() => {
    state.value = change.state;
    ahead.value = change.at - Date.now();
    if (change.hosts !== undefined) hosts.value = change.hosts;
    requests.value = changed(isFirst ? new Map() : requests.value, change.requests);
    approvals.value = changed(isFirst ? new Map() : approvals.value, change.approvals);
    grants.value = changed(isFirst ? new Map() : grants.value, change.grants);
  });
}

function changed<Item extends { readonly id: string }>(
  known: ReadonlyMap<string, Item>,
  { changed: items, gone }: { readonly changed: readonly Item[]; readonly gone: readonly string[] },
): ReadonlyMap<string, Item> {
  if (items.length === 0 && gone.length === 0) return known;
  const next = new Map(known);
  for (const item of items) next.set(item.id, item);
  for (const id of gone) next.delete(id);
  return next;
}
