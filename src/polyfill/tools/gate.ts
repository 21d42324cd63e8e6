import { mayBeBare } from "./bare.ts";
import { unfinishedMark } from "./escape.ts";
import { findCloser, findOpener, unfinishedTag } from "./markup.ts";
import { leadIn } from "./trim.ts";

/**
 * Lets the text before a possible call through while the model still writes, and keeps the rest. What may begin a
 * call is a tag, a code block, or an answer that starts like JSON. What was let through is the beginning of the text that `readAnswer` finds in
 * the whole.
 */
export class Gate {
  #kept = "";
  #shut = false;
  #passed = 0;

  /** Takes the next text; returns what is certainly text. */
  push(text: string): string {
    if (this.#shut) return "";
    this.#kept += text;
    // White space decides nothing, and may be long.
    if (text.trim() === "") return "";
    if (this.#passed === 0) {
      const bare = mayBeBare(this.#kept);
      this.#shut = bare === true;
      if (bare !== false) return "";
    }
    const marks = [findOpener(this.#kept, 0), findCloser(this.#kept, 0), findBlock(this.#kept)];
    const first = Math.min(...marks.map((mark) => mark?.index ?? this.#kept.length));
    this.#shut = first < this.#kept.length;
    const sure = Math.min(
      first,
      unfinishedTag(this.#kept),
      unfinishedMark(this.#kept),
      unfinishedFence(this.#kept),
    );
    const ready = this.#kept.slice(0, leadIn(this.#kept.slice(0, sure)));
    this.#kept = this.#kept.slice(ready.length);
    this.#passed += ready.length;
    return ready;
  }

  /** How many characters were let through. */
  get passed(): number {
    return this.#passed;
  }
}

/** A code block. */
function findBlock(text: string): { readonly index: number } | undefined {
  return /(?:^|\n)[ \t]*(?:```|~~~)/.exec(text) ?? undefined;
}

function unfinishedFence(text: string): number {
  return /(?:^|\n)[ \t]*(?:`{1,2}|~{1,2})?$/.exec(text)?.index ?? text.length;
}
