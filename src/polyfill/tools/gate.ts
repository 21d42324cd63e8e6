import { mayBeBare } from "./bare.ts";
import { MARK } from "./beginnings.ts";
import { findCloser, findOpener, unfinishedTag } from "./markup.ts";
import { isPadding, leadIn } from "./trim.ts";

/**
 * Passes on the text before a possible call while the model still writes, and holds back the rest. A tag, a code
 * block, or an answer that starts like JSON may begin a call; a mark of ours must be removed from the complete text.
 * The text passed on is the beginning of the text that `readAnswer` finds in the complete answer.
 */
export class Gate {
  #kept = "";
  #shut = false;
  #passed = 0;

  /** Takes the next delta; returns the part that certainly belongs to no call. */
  push(text: string): string {
    if (this.#shut) return "";
    this.#kept += text;
    // White space does not decide, and may be long.
    if (isPadding(text)) return "";
    if (this.#passed === 0) {
      const bare = mayBeBare(this.#kept);
      this.#shut = bare === true;
      if (bare !== false) return "";
    }
    const marks = [
      findOpener(this.#kept, 0),
      findCloser(this.#kept, 0),
      findBlock(this.#kept),
      findMark(this.#kept),
    ];
    const first = Math.min(...marks.map((mark) => mark?.index ?? this.#kept.length));
    this.#shut = first < this.#kept.length;
    const sure = Math.min(first, unfinishedTag(this.#kept), unfinishedFence(this.#kept));
    const ready = this.#kept.slice(0, leadIn(this.#kept.slice(0, sure)));
    this.#kept = this.#kept.slice(ready.length);
    this.#passed += ready.length;
    return ready;
  }

  /** The number of characters passed on. */
  get passed(): number {
    return this.#passed;
  }
}

interface Found {
  readonly index: number;
}

/** A code block. */
function findBlock(text: string): Found | undefined {
  for (const { index } of text.matchAll(/```|~~~/g)) {
    const start = lineStart(text, index);
    if (start !== undefined) return { index: start };
  }
  return undefined;
}

function unfinishedFence(text: string): number {
  let at = text.length;
  const char = text[at - 1];
  if (char === "`" || char === "~") while (text[at - 1] === char && text.length - at < 2) at -= 1;
  return lineStart(text, at) ?? text.length;
}

/** The line break before `at`, or the beginning of the text, when there are only blanks between. */
function lineStart(text: string, at: number): number | undefined {
  let start = at;
  while (text[start - 1] === " " || text[start - 1] === "\t") start -= 1;
  return start === 0 ? 0 : text[start - 1] === "\n" ? start - 1 : undefined;
}

function findMark(text: string): Found | undefined {
  const index = text.indexOf(MARK);
  return index < 0 ? undefined : { index };
}
