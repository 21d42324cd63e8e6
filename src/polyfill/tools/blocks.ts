/** The blocks of an answer whose text may be in channels: thoughts become reasoning, the rest becomes text. */
import type { TurnEvent, TurnEvents } from "../../turn/event.ts";
import { Channels, type Said } from "./channels.ts";

/**
 * The events of an answer without the markup of channels.
 *
 * @param showsCalls whether calls in a channel become text in the requested format; else they are left out.
 */
export async function* inBlocks(events: TurnEvents, showsCalls: boolean): TurnEvents {
  const channels = new Channels();
  const writer = new BlockWriter("said");
  for await (const event of events) {
    switch (event.type) {
      case "text-delta":
        yield* written(writer, channels.push(event.text), showsCalls);
        break;
      case "text-start":
      case "text-end":
        break;
      case "turn-wait":
        yield event;
        break;
      case "turn-end":
        yield* written(writer, channels.end(), showsCalls);
        yield* writer.close();
        yield event;
        break;
      default:
        yield* writer.close();
        yield event;
    }
  }
}

function* written(writer: BlockWriter, all: Iterable<Said>, showsCalls: boolean): Generator<TurnEvent> {
  for (const { type, text } of all) {
    if (type !== "call") yield* writer.write(type, text);
    else if (showsCalls) yield* writer.write("text", text);
  }
}

/** Writes blocks of text and reasoning, each opened only when it has content. */
export class BlockWriter {
  readonly #name: string;
  #open: { readonly type: "text" | "reasoning"; readonly id: string } | undefined;
  #count = 0;

  constructor(name: string) {
    this.#name = name;
  }

  *write(type: "text" | "reasoning", text: string): Generator<TurnEvent> {
    if (text === "") return;
    if (this.#open?.type !== type) {
      yield* this.close();
      this.#count += 1;
      this.#open = { type, id: `${this.#name}-${this.#count}` };
      yield type === "text"
        ? { type: "text-start", id: this.#open.id }
        : { type: "reasoning-start", id: this.#open.id };
    }
    const { id } = this.#open;
    yield type === "text" ? { type: "text-delta", id, text } : { type: "reasoning-delta", id, text };
  }

  *close(): Generator<TurnEvent> {
    if (this.#open === undefined) return;
    const { type, id } = this.#open;
    this.#open = undefined;
    yield type === "text" ? { type: "text-end", id } : { type: "reasoning-end", id };
  }
}
