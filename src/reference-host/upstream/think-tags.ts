import type { Delta } from "../../hosts/mcp/sampling-stream.ts";

const OPENING = /^\s*<(think|thinking|thought|reasoning)>/;
/** White space, and the longest tag. */
const HELD = 64;

/**
 * Reasoning that a server leaves in the text, as a tag at its very beginning (Qwen, DeepSeek's distilled models). Text
 * that might be the beginning of a tag waits for the next piece.
 */
export class ThinkTags {
  #state: "before" | "inside" | "after" = "before";
  #held = "";
  #closing = "";
  #blank = false;

  *take(text: string): Generator<Delta> {
    this.#held += text;
    if (this.#state === "before") {
      const opening = OPENING.exec(this.#held);
      if (opening !== null) {
        this.#state = "inside";
        this.#closing = `</${opening[1]}>`;
        this.#held = this.#held.slice(opening[0].length);
      } else if (this.#held.length > HELD || !mayOpen(this.#held)) this.#state = "after";
      else return;
    }
    if (this.#state === "inside") yield* this.#reason();
    if (this.#state === "after") yield* this.#speak();
  }

  /** What waited. */
  *end(): Generator<Delta> {
    const text = this.#held;
    this.#held = "";
    if (text !== "") yield { type: this.#state === "inside" ? "reasoning" : "text", text };
  }

  *#reason(): Generator<Delta> {
    const at = this.#held.indexOf(this.#closing);
    const end = at >= 0 ? at : this.#held.length - tailOf(this.#held, this.#closing);
    const text = this.#held.slice(0, end);
    if (text !== "") yield { type: "reasoning", text };
    this.#held = at >= 0 ? this.#held.slice(at + this.#closing.length) : this.#held.slice(end);
    if (at < 0) return;
    this.#state = "after";
    this.#blank = true;
  }

  *#speak(): Generator<Delta> {
    // The lines between the tag and the answer belong to neither.
    const text = this.#blank ? this.#held.trimStart() : this.#held;
    this.#held = "";
    if (text === "") return;
    this.#blank = false;
    yield { type: "text", text };
  }
}

function mayOpen(text: string): boolean {
  const start = text.trimStart();
  return ["<think>", "<thinking>", "<thought>", "<reasoning>"].some((tag) => tag.startsWith(start));
}

/** Length of the longest end of `text` that `tag` begins with. */
function tailOf(text: string, tag: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}
