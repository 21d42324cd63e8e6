import type { Delta, Piece } from "./sampling-stream.ts";

/** Characters of one answer; a host that streams more is not heard further, and its answer decides. */
const LONGEST = 64 * 1_048_576;
/** As many pieces may wait as they came; beyond, those that belong together are joined. */
const KEPT_APART = 256;

/**
 * The deltas of one answer, with one reader who sees them as they come. A slow reader costs no more than the text: many
 * pieces that wait are joined.
 */
export class Deltas implements AsyncIterable<Delta> {
  #queue: Delta[] = [];
  #ended = false;
  /** Nothing more is taken, the end is still to come. */
  #deaf = false;
  #seq = 0;
  #size = 0;
  #wake: (() => void) | undefined;

  /** Takes the next piece. A number twice is ignored; after one that is missing nothing more is taken. */
  push({ delta, seq }: Piece): void {
    if (this.#ended || this.#deaf || (seq !== undefined && seq <= this.#seq)) return;
    const text = textIn(delta);
    const signature = delta.type === "reasoning" ? delta.signature : undefined;
    this.#size += (text?.length ?? 0) + (signature?.length ?? 0);
    this.#deaf = (seq !== undefined && seq !== this.#seq + 1) || this.#size > LONGEST;
    this.#seq = seq ?? this.#seq;
    if (this.#deaf || (text === "" && signature === undefined)) return;
    const last = this.#queue.length < KEPT_APART ? undefined : this.#queue.at(-1);
    const joined = last === undefined ? undefined : join(last, delta);
    if (joined === undefined) this.#queue.push(delta);
    else this.#queue[this.#queue.length - 1] = joined;
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Settles with true when there is a piece or the end has come. */
  async ready(): Promise<true> {
    while (this.#queue.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return true;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Delta> {
    for (;;) {
      await this.ready();
      const queue = this.#queue;
      if (queue.length === 0) return;
      this.#queue = [];
      yield* queue;
    }
  }
}

function textIn(delta: Delta): string | undefined {
  if ("text" in delta) return delta.text;
  return "json" in delta ? delta.json : undefined;
}

/** Two neighbours as one, where they continue the same block. */
function join(last: Delta, next: Delta): Delta | undefined {
  if (last.type === "tool-call-delta" && next.type === last.type) {
    return next.id === last.id ? { ...last, json: last.json + next.json } : undefined;
  }
  if (last.type === "text" && next.type === last.type) return { ...last, text: last.text + next.text };
  if (last.type === "reasoning" && next.type === last.type && last.signature === undefined) {
    return { ...next, text: last.text + next.text };
  }
  return undefined;
}
