/** The tokens of o200k_base that are whole characters, packed: a few megabytes in place of a map of 200,000 strings. */
import { readFile } from "node:fs/promises";
import { nextTurn } from "../../util/next-turn.ts";
import { packageFile } from "../../util/package.ts";

/** Entries stored before the event loop runs again; far less than a millisecond. */
const SLICE = 1000;
/** More than twice the number of tokens, so that few collide. */
const PLACES = 1 << 19;

/** Whether a stretch of text is a token, and how early it is merged. */
export class Vocabulary {
  /** All tokens, joined in order of rank. */
  readonly #text: string;
  /** Where each token begins; one more at the end. */
  readonly #starts: Uint32Array;
  /** Rank + 1 of the token in each slot, 0 for a free slot; a taken slot leads to the next. */
  readonly #places = new Uint32Array(PLACES);

  private constructor(text: string, starts: Uint32Array) {
    this.#text = text;
    this.#starts = starts;
  }

  /** Reads the file in slices, so that 200,000 entries never hold up a request. */
  static async read(file: Buffer): Promise<Vocabulary> {
    const count = file.readUInt32LE(0);
    const starts = new Uint32Array(count + 1);
    for (let rank = 0; rank < count; rank += 1) {
      starts[rank + 1] = (starts[rank] ?? 0) + (file[4 + rank] ?? 0);
    }
    const vocabulary = new Vocabulary(file.toString("utf8", 4 + count), starts);
    for (let rank = 0; rank < count; rank += 1) {
      if (rank % SLICE === 0) await nextTurn();
      vocabulary.#add(rank);
    }
    return vocabulary;
  }

  /** The rank of the token that `text` is between `from` and `to`; a lower one is merged first. `Infinity` if it is not a token. */
  rank(text: string, from = 0, to = text.length): number {
    const length = to - from;
    for (let place = hash(text, from, to); ; place = (place + 1) & (PLACES - 1)) {
      const entry = this.#places[place] ?? 0;
      if (entry === 0) return Infinity;
      const start = this.#starts[entry - 1] ?? 0;
      if ((this.#starts[entry] ?? 0) - start !== length) continue;
      let same = 0;
      while (same < length && this.#text.charCodeAt(start + same) === text.charCodeAt(from + same)) same += 1;
      if (same === length) return entry - 1;
    }
  }

  #add(rank: number): void {
    const [start = 0, end = 0] = [this.#starts[rank], this.#starts[rank + 1]];
    if (start === end) return;
    let place = hash(this.#text, start, end);
    while (this.#places[place] !== 0) place = (place + 1) & (PLACES - 1);
    this.#places[place] = rank + 1;
  }
}

/** FNV-1a over the UTF-16 units of a stretch, as a slot. */
function hash(text: string, from: number, to: number): number {
  let sum = 0x811c9dc5;
  for (let at = from; at < to; at += 1) sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193);
  return (sum ^ (sum >>> 15)) & (PLACES - 1);
}

/** @throws the system's error if the file is not in the package. */
export async function loadVocabulary(): Promise<Vocabulary> {
  return Vocabulary.read(await readFile(packageFile("data/o200k.bin")));
}
