/** Carries checked JSON messages over a link. */
import type * as z from "zod";
import { BridgeError } from "../../turn/error.ts";
import { excessOf } from "../../util/json-structure.ts";
import type { Link, LinkEvents } from "./link.ts";
import type { MessageBounds } from "./protocol.ts";

/** While so many bytes wait for the other side, nothing large may begin. */
const BUSY_BYTES = 128 * 1_048_576;
const LARGE_TEXT = 1_048_576;

export interface ChannelOptions<Incoming> {
  readonly link: Link;
  readonly incoming: z.ZodType<Incoming>;
  readonly takes: MessageBounds;
  /** Maximum bytes of a message to the other side. */
  readonly longest: number;
  /** `size`: characters of the message. Throwing ends the connection. */
  readonly onMessage: (message: Incoming, size: number) => void;
  /** Called once; `fault` is what the other side did wrong, if anything. */
  readonly onClosed: LinkEvents["onClosed"];
}

export class Channel<Incoming, Outgoing> {
  readonly #options: ChannelOptions<Incoming>;
  #closed = false;
  #sent = 0;

  constructor(options: ChannelOptions<Incoming>) {
    this.#options = options;
    options.link.open({
      onText: (text) => this.#onText(text),
      onClosed: (fault, unheard) => this.#end(fault, unheard),
    });
  }

  /**
   * @returns the size of the message in characters. Nothing is sent after the end.
   * @throws BridgeError `payload_too_large`; `queue_full` when the other side has not read earlier messages.
   */
  send(message: Outgoing): number {
    const { link, longest } = this.#options;
    const text = JSON.stringify(message);
    // A UTF-16 unit takes at most three bytes, so short messages need not be counted.
    if (text.length * 3 > longest && Buffer.byteLength(text) > longest) {
      throw new BridgeError(
        "payload_too_large",
        `This is too large for the connection between two bridges (over ${longest / 1_048_576} MiB).`,
      );
    }
    if (this.#closed) return text.length;
    if (text.length > LARGE_TEXT && link.waiting + text.length > BUSY_BYTES) {
      throw new BridgeError("queue_full", "The connection between two bridges is busy.");
    }
    link.send(text);
    this.#sent += 1;
    return text.length;
  }

  /** Messages that were sent so far. */
  get sent(): number {
    return this.#sent;
  }

  /** Whether turns are open. */
  attend(turns: boolean): void {
    this.#options.link.attend(turns);
  }

  /** Closes the connection regularly; does not wait for the other side. */
  close(): void {
    this.#options.link.close("done");
    this.#end(undefined);
  }

  #onText(text: string): void {
    if (this.#closed) return;
    const { link, incoming, takes, onMessage } = this.#options;
    try {
      onMessage(readFrame(text, incoming, takes), text.length);
    } catch (thrown) {
      link.close("violation");
      this.#end(thrown instanceof Error ? thrown.message : "a message could not be handled");
    }
  }

  #end(fault: string | undefined, unheard?: number): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#options.onClosed(fault, unheard);
  }
}

/** Levels of arrays and objects: those of a client's request, and those of the message around it. */
const MAX_DEPTH = 280;

/**
 * Checks a message before it is parsed: deep nesting and many small values cost far more than their bytes suggest.
 *
 * @throws Error saying what is wrong with it.
 */
function readFrame<Message>(text: string, schema: z.ZodType<Message>, bounds: MessageBounds): Message {
  const excess = excessOf(text, { depth: MAX_DEPTH, values: bounds.values });
  if (excess === "depth") throw new Error("a message is nested too deep");
  if (excess === "values") throw new Error("a message has too many values");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("a message is not JSON");
  }
  const { data, success } = schema.safeParse(value);
  if (!success) throw new Error("a message has an unknown form");
  return data;
}
