import type { Host } from "../../../src/hosts/host.ts";
import { hostInfo } from "./host-info.ts";
import type { TurnEvents } from "../../../src/turn/event.ts";

/** A host in this process, attached to a bridge with `bridge.attach`; `run` does what the test wants. */
export function simpleHost(run: Host["run"]): Host {
  return {
    id: "simple",
    describe: () => hostInfo({ id: "simple", name: "simple-host", abilities: { stopSequences: "yes" } }),
    run,
  };
}

/** The events of a whole answer. */
export async function* wholeAnswer(text: string): TurnEvents {
  yield { type: "turn-start", model: "simple" };
  yield { type: "text-start", id: "text" };
  yield { type: "text-delta", id: "text", text };
  yield { type: "text-end", id: "text" };
  yield { type: "turn-end", stopReason: { unified: "end" }, usage: { estimated: false } };
}
