import type { Host } from "../hosts/host.ts";
import type { TurnEvent } from "../turn/event.ts";
import type { Place } from "./pool.ts";
import { runInPlace } from "./run-in-place.ts";

/**
 * A host as another bridge uses it: its turns wait in the host's queue here, so that its limits hold however many
 * turns are requested, and is fair between the keys of all bridges. Waiting is reported as an event; a turn that waits too long gets the same error as one of this
 * bridge's own clients.
 */
export function lentHost(host: Host, { queue, label }: Pick<Place, "queue" | "label">): Host {
  return {
    id: host.id,
    describe: () => ({ ...host.describe(), label }),
    run(request, signal) {
      const { askedBy, conversation = "" } = request;
      const line = { owner: `relay ${askedBy?.key ?? ""}`, name: conversation };
      return runInPlace({ host, queue, line, waiting: () => WAITING }, request, signal);
    },
  };
}

const WAITING: TurnEvent = {
  type: "turn-wait",
  reason: "slot",
  elapsedMs: 0,
  message: "waiting for a free slot at the host, in the bridge that lends it",
};
