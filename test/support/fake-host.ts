import type { Host, HostInfo } from "../../src/hosts/host.ts";
import type { TurnEvents } from "../../src/turn/event.ts";
import type { TurnRequest } from "../../src/turn/request.ts";
import { eventsOf, textTurn } from "./events.ts";

export interface FakeHostOptions extends Partial<Omit<HostInfo, "abilities">> {
  readonly abilities?: Partial<HostInfo["abilities"]>;
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
    const { abilities, answer: _, ...info } = this.#options;
    return {
      id: this.id,
      label: "host",
      name: "fake-host",
      version: "1",
      transport: "embedded",
      revision: undefined,
      slots: undefined,
      canSample: true,
      consent: "granted",
      refusalEndsAll: false,
      models: [],
      running: this.#running,
      ...info,
      abilities: {
        deltas: false,
        tools: false,
        images: "yes",
        audio: "yes",
        maxTokens: "yes",
        temperature: "yes",
        stopSequences: "no",
        reasoning: false,
        cancel: "yes",
        errors: true,
        ...abilities,
      },
    };
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
