/**
 * A turn as lines of JSON (Ollama API reference, "Streaming responses"): text as it comes, each call whole, the reason, counts and
 * durations in the last. A wait is told by lines of no text, which all clients add up to nothing.
 */
import type { TurnEvent, TurnEvents } from "../../turn/event.ts";
import type { ReplyContext } from "../dialect.ts";
import { jsonLine, jsonText } from "../json-text.ts";
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
  #model: string;
  /** With what lines begin, and the second of which that is true. */
  #head = { text: "", second: Number.NaN };
  #opened = false;
  #calls = 0;
  #call = { callId: "", name: "" };
  /** Of the arguments of the call, which is told whole. */
  #pieces: string[] = [];
  /** Of the reasoning since the last call. */
  #signatures: string[] = [];

  constructor(context: ReplyContext, options: OllamaStreamOptions) {
    this.#context = context;
    this.#told = options;
    this.#model = options.model;
  }

  /** The line for an event; `undefined` for none. */
  write(event: Exclude<TurnEvent, { type: "turn-error" }>): string | undefined {
    switch (event.type) {
      case "turn-wait":
        return this.#response({});
      case "turn-start":
        this.#model = event.model;
        this.#head.second = Number.NaN;
        return this.#opened ? undefined : this.#response({});
      case "text-delta":
        return event.text === "" ? undefined : this.#response({ text: event.text });
      case "reasoning-delta":
        return event.text === "" || !this.#told.thoughts
          ? undefined
          : this.#response({ thinking: event.text });
      case "reasoning-end":
        if (event.signature !== undefined) this.#signatures.push(event.signature);
        return undefined;
      case "tool-call-start":
        this.#call = event;
        this.#pieces = [];
        return undefined;
      case "tool-call-delta":
        this.#pieces.push(event.json);
        return undefined;
      case "tool-call-end":
        return this.#response({ calls: [this.#takeCall()] });
      case "text-start":
      case "text-end":
      case "reasoning-start":
        return undefined;
      case "turn-end":
        return this.#line({}, jsonLine(ending(event, this.#context, this.#told)).slice(1, -1));
      default:
        return event satisfies never;
    }
  }

  #takeCall(): object {
    const { callId: id, name } = this.#call;
    const signatures = this.#signatures;
    this.#signatures = [];
    return encodeCall({ id, name, input: this.#pieces.join(""), index: this.#calls++, signatures });
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
