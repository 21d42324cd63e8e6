/**
 * A turn as lines of JSON (Ollama API reference, "Streaming responses"): text as it comes, each call whole, the reason, counts and
 * durations in the last. A wait is told by lines of no text, which all clients add up to nothing.
 */
import type { TurnEvent, TurnEvents } from "../../turn/event.ts";
import type { ReplyContext } from "../dialect.ts";
import { jsonLine, jsonText } from "../json-text.ts";
import { WholeCalls } from "../whole-calls.ts";
import { encodeCall, ending, head, pieceOf, type Piece, type Told } from "./encode.ts";
import { errorBody } from "./error.ts";

export interface OllamaStreamOptions extends Told {
  /** As it was asked for. */
  readonly model: string;
}

export async function* stream(
  events: TurnEvents,
  context: ReplyContext,
  options: OllamaStreamOptions,
): AsyncGenerator<string> {
  const writer = new LineWriter(context, options);
  for await (const event of events) {
    if (event.type === "turn-error") {
      yield `${jsonLine(errorBody(event.error))}\n`;
      return;
    }
    const line = writer.write(event);
    if (line !== undefined) yield line;
    if (event.type === "turn-end") return;
  }
}

class LineWriter {
  readonly #context: ReplyContext;
  readonly #told: Told;
  readonly #calls: WholeCalls;
  #model: string;
  /** With what lines begin, and the second of which that is true. */
  #head = { text: "", second: Number.NaN };
  #opened = false;
  /** How many calls have been told. */
  #called = 0;

  constructor(context: ReplyContext, options: OllamaStreamOptions) {
    this.#context = context;
    this.#told = options;
    this.#calls = new WholeCalls(options.thoughts);
    this.#model = options.model;
  }

  /** The line for an event; `undefined` for none. */
  write(event: Exclude<TurnEvent, { type: "turn-error" }>): string | undefined {
    const told = this.#calls.read(event);
    switch (told?.type) {
      case undefined:
        return undefined;
      case "turn-wait":
        return this.#response({});
      case "turn-start":
        this.#model = told.model;
        this.#head.second = Number.NaN;
        return this.#opened ? undefined : this.#response({});
      case "text-delta":
        return this.#response({ text: told.text });
      case "reasoning-delta":
        return this.#response({ thinking: told.text });
      case "tool-call": {
        const signatures = this.#calls.takeSignatures();
        return this.#response({ calls: [encodeCall({ ...told, index: this.#called++, signatures })] });
      }
      case "turn-end":
        return this.#line({}, jsonLine(ending(told, this.#context, this.#told)).slice(1, -1));
      default:
        return told satisfies never;
    }
  }

  #response(piece: Piece): string {
    this.#opened = true;
    return this.#line(piece, '"done":false');
  }

  #line(piece: Piece, end: string): string {
    return `${this.#beginning()},${this.#piece(piece)},${end}}\n`;
  }

  #beginning(): string {
    const { now, created } = this.#context;
    const second = now?.() ?? created;
    if (second !== this.#head.second) {
      this.#head = { text: jsonLine(head(this.#model, this.#context)).slice(0, -1), second };
    }
    return this.#head.text;
  }

  /** Most pieces are text alone. */
  #piece(piece: Piece): string {
    if (piece.thinking !== undefined || piece.calls !== undefined) {
      return jsonLine(pieceOf(this.#told.form, piece)).slice(1, -1);
    }
    const text = jsonText(piece.text ?? "");
    return this.#told.form === "chat"
      ? `"message":{"role":"assistant","content":${text}}`
      : `"response":${text}`;
  }
}
