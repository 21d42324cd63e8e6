/** The calls of one streamed chat completion, in all the ways in which servers number, name and cut them. */
import { randomBytes } from "node:crypto";
import { UpstreamError, type Piece } from "./upstream.ts";

export interface CallPiece {
  readonly index: number | undefined;
  /** Empty where none was given. */
  readonly id: string;
  readonly name: string;
  readonly json: string;
  /** Members that the server wants back. */
  readonly members: Readonly<Record<string, unknown>>;
}

interface Call {
  readonly index: number | undefined;
  readonly given: string;
  readonly id: string;
  name: string;
  readonly json: JsonObjectText;
  /** Pieces of its input that were not told yet. */
  waiting: string[];
  started: boolean;
  readonly members: Record<string, unknown>;
}

/** No model calls so many tools at once. */
const MOST = 512;

/**
 * One call is told at a time. What comes for a later one waits until the one before it is whole: some servers send the
 * pieces of parallel calls in turns.
 */
export class Calls {
  readonly #calls: Call[] = [];
  readonly #ids: Set<string>;
  /** Calls that have ended. */
  #ended = 0;

  /** `taken`: ids that calls of the conversation have. */
  constructor(taken: ReadonlySet<string>) {
    this.#ids = new Set(taken);
  }

  get count(): number {
    return this.#calls.length;
  }

  /** Whether a call has begun and is not whole. */
  get open(): boolean {
    return this.#calls.slice(this.#ended).some((call) => !call.json.whole);
  }

  *take(piece: CallPiece): Generator<Piece> {
    const call = this.#callOf(piece) ?? this.#begin(piece);
    if (call.name === "") call.name = piece.name;
    if (this.#calls.indexOf(call) < this.#ended) {
      if (piece.json.trim() === "") return;
      throw new UpstreamError("The upstream sent more of a tool call that was complete.");
    }
    if (piece.json !== "") {
      call.json.add(piece.json);
      call.waiting.push(piece.json);
    }
    Object.assign(call.members, piece.members);
    if (call.started && Object.keys(piece.members).length > 0) yield keep(call);
    yield* this.#tell(false);
  }

  /** Everything that waited. A last call that is `cut` by the token limit stays open. */
  *end(cut: boolean): Generator<Piece> {
    yield* this.#tell(true);
    const last = this.#calls[this.#ended];
    if (last === undefined) return;
    if (last.name === "") throw new UpstreamError("The upstream sent a tool call without a name.");
    if (cut && !last.json.whole) return;
    this.#ended += 1;
    yield { type: "tool-call-end", id: last.id };
  }

  *#tell(all: boolean): Generator<Piece> {
    for (;;) {
      const call = this.#calls[this.#ended];
      if (call === undefined) return;
      if (call.name === "") {
        if (all) throw new UpstreamError("The upstream sent a tool call without a name.");
        return;
      }
      if (!call.started) {
        call.started = true;
        if (Object.keys(call.members).length > 0) yield keep(call);
        yield { type: "tool-call-start", id: call.id, name: call.name };
      }
      for (const json of call.waiting.splice(0)) yield { type: "tool-call-delta", id: call.id, json };
      const isLast = this.#ended === this.#calls.length - 1;
      if (isLast || !(all || call.json.whole)) return;
      this.#ended += 1;
      yield { type: "tool-call-end", id: call.id };
    }
  }

  /** The call that a piece goes on with. */
  #callOf({ index, id, name, json }: CallPiece): Call | undefined {
    const known = this.#calls.findLast((call) => {
      if (id !== "" && call.given !== "") {
        return call.given === id && (index === undefined || call.index === undefined || call.index === index);
      }
      return index === undefined || call.index === undefined ? true : call.index === index;
    });
    if (known === undefined || name === "") return known;
    // A name again: some servers repeat it in every piece, others number all calls the same.
    if (known.name === "") return known;
    const again = known.name !== name || (json.trim() !== "" && known.json.whole);
    const anew = !known.json.empty && id !== known.given && (id !== "" || index === undefined);
    return again || anew ? undefined : known;
  }

  #begin({ index, id }: CallPiece): Call {
    if (this.#calls.length === MOST) throw new UpstreamError("The upstream sent too many tool calls.");
    const own = id === "" || this.#ids.has(id) ? `call_${randomBytes(12).toString("hex")}` : id;
    this.#ids.add(own);
    const call: Call = {
      index,
      given: id,
      id: own,
      name: "",
      json: new JsonObjectText(),
      waiting: [],
      started: false,
      members: {},
    };
    this.#calls.push(call);
    return call;
  }
}

function keep({ id, members }: Call): Piece {
  return { type: "keep", kept: { type: "call", id, members: { ...members } } };
}

/** Whether pieces of text make a whole JSON object so far; each character is looked at once. */
class JsonObjectText {
  empty = true;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #closed = false;

  get whole(): boolean {
    return this.#closed && this.#depth === 0;
  }

  add(text: string): void {
    this.empty = false;
    for (const character of text) {
      if (this.#escaped) this.#escaped = false;
      else if (this.#inString) {
        if (character === "\\") this.#escaped = true;
        else if (character === '"') this.#inString = false;
      } else if (character === '"') this.#inString = true;
      else if (character === "{") this.#depth += 1;
      else if (character === "}") {
        this.#depth -= 1;
        this.#closed = true;
      }
    }
  }
}
