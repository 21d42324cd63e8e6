/** The stream of what is new at the bridge. What a reader does not read is not gathered: it gets the newest when it reads on. */
import { setTimeout as delay } from "node:timers/promises";
import type { ControlState, Approval, Grant, LiveChange, LiveRequest } from "../control/control-shapes.ts";
import type { AttachedHost } from "../routing/choose.ts";
import { deferred, within } from "../util/async.ts";

/** The least time between two pieces. */
const LEAST_MS = 200;
/** How often tokens and times of requests that run are looked at. */
const LOOK_MS = 500;

export interface LiveSource {
  readonly state: () => ControlState;
  readonly hosts: () => readonly AttachedHost[];
  readonly requests: () => readonly LiveRequest[];
  readonly approvals: () => readonly Approval[];
  readonly grants: () => readonly Grant[];
  /** Calls at each change that is not a matter of time. */
  readonly watch: (listener: () => void) => () => void;
}

/** `undefined` is a beat: nothing was new for so long. Ends with the signal. */
export async function* liveChanges(
  source: LiveSource,
  beatMs: number,
  signal: AbortSignal,
): AsyncGenerator<LiveChange | undefined> {
  const news = new News(source);
  let woken = deferred();
  const wake = (): void => woken.resolve();
  const unwatch = source.watch(wake);
  signal.addEventListener("abort", wake, { once: true });
  let toldAt = performance.now();
  try {
    while (!signal.aborted) {
      const change = news.next();
      if (change !== undefined || performance.now() - toldAt >= beatMs) {
        toldAt = performance.now();
        yield change;
      }
      await delay(LEAST_MS, undefined, { signal }).catch(() => undefined);
      await within(woken.promise, LOOK_MS);
      woken = deferred();
    }
  } finally {
    unwatch();
    signal.removeEventListener("abort", wake);
  }
}

/** What one reader has been told, and what is new since. */
class News {
  readonly #source: LiveSource;
  readonly #requests = new Told<LiveRequest>();
  readonly #approvals = new Told<Approval>();
  readonly #grants = new Told<Grant>();
  #state = "";
  #hosts = "";

  constructor(source: LiveSource) {
    this.#source = source;
  }

  next(): LiveChange | undefined {
    const { state, hosts, requests, approvals, grants } = this.#source;
    const now = state();
    const attached = hosts();
    const [stateText, hostsText] = [JSON.stringify(now), JSON.stringify(attached)];
    const change: LiveChange = {
      at: Date.now(),
      state: now,
      ...(hostsText !== this.#hosts && { hosts: attached }),
      requests: this.#requests.next(requests()),
      approvals: this.#approvals.next(approvals()),
      grants: this.#grants.next(grants()),
    };
    const isNew =
      stateText !== this.#state ||
      change.hosts !== undefined ||
      [change.requests, change.approvals, change.grants].some(
        ({ changed, gone }) => changed.length > 0 || gone.length > 0,
      );
    [this.#state, this.#hosts] = [stateText, hostsText];
    return isNew ? change : undefined;
  }
}

class Told<Item extends { readonly id: string }> {
  #known: ReadonlyMap<string, string> = new Map();

  next(items: readonly Item[]): { changed: Item[]; gone: string[] } {
    const now = new Map(items.map((item) => [item.id, JSON.stringify(item)]));
    const changed = items.filter(({ id }) => now.get(id) !== this.#known.get(id));
    const gone = [...this.#known.keys()].filter((id) => !now.has(id));
    this.#known = now;
    return { changed, gone };
  }
}
