import type { Host, HostInfo } from "../../../src/hosts/host.ts";
import type { TurnEvents } from "../../../src/turn/event.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { hostInfo, type HostInfoParts } from "./host-info.ts";
import { eventsOf, textTurn } from "../streams/events.ts";

export interface FakeHostOptions extends HostInfoParts {
  readonly answer?: (request: TurnRequest, signal: AbortSignal) => TurnEvents;
}

/** A host in this process that remembers what it was asked; it answers "answer" unless told otherwise. */
export class FakeHost implements Host {
  readonly id: string;
  readonly asked: TurnRequest[] = [];
  readonly #options: FakeHostOptions;
  #running = 0;

  constructor(options: FakeHostOptions = {}) {
    this.id = options.id ?? "fake";
    this.#options = options;
  }

  describe(): HostInfo {
    const { answer: _, ...info } = this.#options;
    return hostInfo({ id: this.id, running: this.#running, ...info });
  }

  async *run(request: TurnRequest, signal: AbortSignal): TurnEvents {
    this.asked.push(request);
    this.#running += 1;
    try {
      yield* (this.#options.answer ?? (() => eventsOf(textTurn("answer"))))(request, signal);
    } finally {
      this.#running -= 1;
    }
  }
}
