/** The turns that run at this window's models, and the last ones that did: for the person, who may end them. Holds no content. */
import { BridgeError, type TurnEvent, type TurnEvents, type TurnRequest } from "../../src/index.ts";

export type TurnState = "waiting" | "answering" | "done" | "failed" | "cancelled";

export interface LiveTurn {
  readonly id: number;
  /** What the client calls itself; empty where it says nothing. */
  readonly client: string;
  /** As the client named it, until it is known which model answers. */
  readonly model: string;
  readonly state: TurnState;
  /** Milliseconds since the epoch. */
  readonly began: number;
  /** Milliseconds until the first piece, and until the end. */
  readonly firstMs?: number;
  readonly ms?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Characters that have come so far. */
  readonly characters: number;
  readonly calls: number;
  /** Of the error that it ended with. */
  readonly problem?: string;
}

/** Turns that are over and still told. */
const KEPT = 50;
const LONGEST_NAME = 200;

type Run = (request: TurnRequest, signal: AbortSignal) => TurnEvents;

interface Entry {
  turn: LiveTurn;
  readonly ending: AbortController;
}

export class LiveTurns {
  readonly #onChange: () => void;
  readonly #entries = new Map<number, Entry>();
  /** Requests that each model has been asked, since the window was opened. */
  readonly #asked = new Map<string, number>();
  #last = 0;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** The latest first. */
  get list(): readonly LiveTurn[] {
    return [...this.#entries.values()].map(({ turn }) => turn).toReversed();
  }

  get running(): number {
    return this.list.filter(isRunning).length;
  }

  askedOf(model: string): number {
    return this.#asked.get(model) ?? 0;
  }

  /** A request reaches a model, and may cost one of the person's. */
  count(model: string): void {
    this.#asked.set(model, this.askedOf(model) + 1);
  }

  /** Ends a turn that runs: the person wants no more of it. */
  cancel(id: number): void {
    this.#entries
      .get(id)
      ?.ending.abort(new BridgeError("consent_denied", "The person at VS Code has ended this request."));
  }

  /** Runs a turn where it is seen. */
  async *watch(run: Run, request: TurnRequest, signal: AbortSignal): TurnEvents {
    const ending = new AbortController();
    this.#last += 1;
    const id = this.#last;
    const entry: Entry = { ending, turn: begun(id, request) };
    this.#entries.set(id, entry);
    this.#forget();
    this.#onChange();
    const update = (parts: Partial<LiveTurn>): void => {
      entry.turn = { ...entry.turn, ...parts };
      this.#onChange();
    };
    try {
      for await (const event of run(request, AbortSignal.any([signal, ending.signal]))) {
        const parts = seenIn(event, entry.turn);
        if (parts !== undefined) update(parts);
        yield event;
      }
    } catch (error) {
      const isCancelled = signal.aborted || ending.signal.aborted;
      const problem = error instanceof BridgeError ? error.code : "internal";
      update(isCancelled ? { state: "cancelled" } : { state: "failed", problem });
      throw error;
    } finally {
      // Left by its reader.
      if (isRunning(entry.turn)) update({ state: "cancelled" });
      update({ ms: since(entry.turn) });
    }
  }

  #forget(): void {
    for (const [id, { turn }] of this.#entries) {
      if (this.#entries.size <= KEPT) return;
      if (!isRunning(turn)) this.#entries.delete(id);
    }
  }
}

export function isRunning({ state }: LiveTurn): boolean {
  return state === "waiting" || state === "answering";
}

function begun(id: number, { model, askedBy }: TurnRequest): LiveTurn {
  return {
    id,
    client: (askedBy?.client ?? "").slice(0, LONGEST_NAME),
    model: model.slice(0, LONGEST_NAME),
    state: "waiting",
    began: Date.now(),
    characters: 0,
    calls: 0,
  };
}

/** What an event says of its turn; `undefined` for nothing. */
function seenIn(event: TurnEvent, turn: LiveTurn): Partial<LiveTurn> | undefined {
  switch (event.type) {
    case "turn-start":
      return { model: event.model, state: "answering", firstMs: since(turn) };
    case "text-delta":
    case "reasoning-delta":
      return { characters: turn.characters + event.text.length };
    case "tool-call-start":
      return { calls: turn.calls + 1 };
    case "turn-end": {
      const { inputTokens, outputTokens } = event.usage;
      return {
        state: "done",
        ...(inputTokens !== undefined && { inputTokens }),
        ...(outputTokens !== undefined && { outputTokens }),
      };
    }
    default:
      return undefined;
  }
}

function since({ began }: LiveTurn): number {
  return Math.max(0, Date.now() - began);
}
