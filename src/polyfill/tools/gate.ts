import { findOpener, unfinishedTag } from "./markup.ts";

/**
 * Lets the text before a possible call through while the model still writes, and keeps the rest. What may begin a
 * call is an opening tag, a code block, or an answer that starts like JSON.
 */
export class Gate {
  #kept = "";
  #shut = false;
  #passed = false;

  /** Takes the next text; returns what is certainly text. */
  push(text: string): string {
    this.#kept += text;
    if (this.#shut) return "";
    if (!this.#passed && /^\s*(?:[[{]|$)/.test(this.#kept)) return "";
    const opener = findOpener(this.#kept, 0)?.index ?? this.#kept.length;
    const fence = /(?:^|\n)[ \t]*(?:```|~~~)/.exec(this.#kept)?.index ?? this.#kept.length;
    this.#shut = Math.min(opener, fence) < this.#kept.length;
    const sure = Math.min(opener, fence, unfinishedTag(this.#kept), unfinishedFence(this.#kept));
    const ready = this.#kept.slice(0, sure).trimEnd();
    this.#kept = this.#kept.slice(ready.length);
    if (ready !== "") this.#passed = true;
    return ready;
  }

  /** What was kept, to be read as a whole at the end. */
  rest(): string {
    return this.#kept;
  }
}

function unfinishedFence(text: string): number {
  return /(?:^|\n)[ \t]*(?:`{1,2}|~{1,2})?$/.exec(text)?.index ?? text.length;
}
