import type { Host } from "../hosts/host.ts";
import type { TurnEvent } from "../turn/event.ts";
import type { Queue } from "./queue.ts";
import { runInPlace } from "./run-in-place.ts";

/**
 * A host as another bridge may use it: its turns wait in the queue that it has here, so that its limits hold however many are asked
 * for at once. Waiting is told as an event; too much of it is an error like that of this bridge's own clients.
 */
export function lentHost(host: Host, queue: Queue): Host {
  return {
    id: host.id,
    describe: () => host.describe(),
    run(request, signal) {
      const line = { owner: "relay", name: request.conversation ?? "" };
      return runInPlace({ host, queue, line, waiting: () => WAITING }, request, signal);
    },
  };
}

const WAITING: TurnEvent = {
  type: "turn-wait",
  reason: "slot",
  elapsedMs: 0,
  message: "waiting for a free place at the host, in the bridge that lends it",
};
