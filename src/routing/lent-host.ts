import type { Host } from "../hosts/host.ts";
import type { TurnEvent, TurnEvents } from "../turn/event.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { Queue } from "./queue.ts";

/**
 * A host as another bridge may use it: its turns wait in the queue that it has here, so that its limits hold however many are asked
 * for at once. Waiting is told as an event; too much of it is an error like that of this bridge's own clients.
 */
export function lentHost(host: Host, queue: Queue): Host {
  return {
    id: host.id,
    describe: () => host.describe(),
    run: (request, signal) => runInTurn(host, queue, request, signal),
  };
}

async function* runInTurn(host: Host, queue: Queue, request: TurnRequest, signal: AbortSignal): TurnEvents {
  const left = new AbortController();
  const free = queue.tryEnter();
  const entering =
    free === undefined
      ? queue.enter(
          { owner: "relay", name: request.conversation ?? "" },
          AbortSignal.any([signal, left.signal]),
        )
      : Promise.resolve(free);
  let kept: Promise<void> | undefined;
  // It may fail while the consumer has not come back from the next line.
  entering.catch(() => undefined);
  const keep = (until: Promise<void>): void => {
    kept = until;
  };
  try {
    if (free === undefined) yield WAITING;
    const leave = await entering;
    for await (const event of host.run(request, signal, keep)) {
      // A whole answer has come: the host is free, however slowly the other side takes it.
      if (event.type === "turn-start" && !host.describe().abilities.deltas) leave();
      yield event;
    }
  } finally {
    left.abort();
    // The place may have been given while nobody waited for it any more.
    entering.then(
      (leave) => (kept === undefined ? leave() : kept.then(leave)),
      () => undefined,
    );
  }
}

const WAITING: TurnEvent = {
  type: "turn-wait",
  reason: "slot",
  elapsedMs: 0,
  message: "waiting for a free place at the host, in the bridge that lends it",
};
