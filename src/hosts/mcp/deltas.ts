import type { Delta, Piece } from "./sampling-stream.ts";

/** Characters of one answer; further deltas are ignored, and the result of the request decides. */
const LONGEST = 64 * 1_048_576;
/** So many deltas may wait unchanged; beyond that, adjacent ones of the same block are joined. */
const KEPT_APART = 256;

/**
 * The deltas of one answer, with one reader that gets them as they arrive. A slow reader costs only the memory of the
 * text: many waiting deltas are joined.
 */
export class Deltas implements AsyncIterable<Delta> {
  #queue: Delta[] = [];
  #ended = false;
  /** Further deltas are ignored; the end has not come yet. */
  #deaf = false;
  #seq = 0;
  #size = 0;
  #wake: (() => void) | undefined;

  /** Takes the next delta. A repeated number is ignored; after a missing number all further deltas are ignored. */
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

  /** Settles with true when there is a delta or the end has come. */
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

/** Joins two adjacent deltas of the same block. */
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
