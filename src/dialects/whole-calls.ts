/** The events of an answer for APIs whose streams tell each call whole, and with it what signs the reasoning that led to it. */
import type { TurnEvent } from "../turn/event.ts";

/** A call with all its arguments, as JSON text. */
export interface WholeCall {
  readonly type: "tool-call";
  readonly id: string;
  readonly name: string;
  readonly input: string;
}

type Event = Exclude<TurnEvent, { type: "turn-error" }>;
/** What there is to tell. */
export type WholeEvent =
  | WholeCall
  | Extract<Event, { type: "turn-wait" | "turn-start" | "text-delta" | "reasoning-delta" | "turn-end" }>;

export class WholeCalls {
  readonly #showsThoughts: boolean;
  #call = { callId: "", name: "" };
  #json: string[] = [];
  /** Of the reasoning since they were last taken. */
  #signatures: string[] = [];

  constructor(showsThoughts: boolean) {
    this.#showsThoughts = showsThoughts;
  }

  /** What an event adds to what is told; `undefined` for nothing. */
  read(event: Event): WholeEvent | undefined {
    switch (event.type) {
      case "turn-wait":
      case "turn-start":
      case "turn-end":
        return event;
      case "text-delta":
        return event.text === "" ? undefined : event;
      case "reasoning-delta":
        return event.text === "" || !this.#showsThoughts ? undefined : event;
      case "reasoning-end":
        if (event.signature !== undefined) this.#signatures.push(event.signature);
        return undefined;
      case "tool-call-start":
        this.#call = event;
        this.#json = [];
        return undefined;
      case "tool-call-delta":
        this.#json.push(event.json);
        return undefined;
      case "tool-call-end": {
        const { callId: id, name } = this.#call;
        return { type: "tool-call", id, name, input: this.#json.join("") };
      }
      case "text-start":
      case "text-end":
      case "reasoning-start":
        return undefined;
      default:
        return event satisfies never;
    }
  }

  /** What signs the reasoning so far travels once, with what follows it. */
  takeSignatures(): readonly string[] {
    const signatures = this.#signatures;
    if (signatures.length > 0) this.#signatures = [];
    return signatures;
  }
}
