import { createParser } from "eventsource-parser";

export interface Frame {
  /** The name on the `event:` line, if there is one. */
  readonly event: string | undefined;
  /** What stands on the `data:` line, parsed unless it is `[DONE]`. */
  readonly data: unknown;
}

/** The events of an SSE text, by an independent parser. Throws when the text ends inside an event. */
export function parseFrames(text: string): Frame[] {
  if (text !== "" && !text.endsWith("\n\n")) throw new Error("The text ends inside a frame.");
  const frames: Frame[] = [];
  const parser = createParser({
    onEvent: ({ event, data }) => {
      frames.push({ event, data: data === "[DONE]" ? data : (JSON.parse(data) as unknown) });
    },
    onError: (error) => {
      throw error;
    },
  });
  parser.feed(text);
  return frames;
}

/** The comment lines of an SSE text. */
export function comments(text: string): string[] {
  return text.split("\n").filter((line) => line.startsWith(":"));
}

const LINE_ENDS = new Set([
  "\n",
  "\r",
  "\v",
  "\f",
  "\u001C",
  "\u001D",
  "\u001E",
  "\u0085",
  "\u2028",
  "\u2029",
]);

/** The lines of a text as Python's `str.splitlines`, and clients built on it, see them; empty ones are left out. */
export function unicodeLines(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const character of text) {
    if (!LINE_ENDS.has(character)) {
      line += character;
      continue;
    }
    if (line !== "") lines.push(line);
    line = "";
  }
  return line === "" ? lines : [...lines, line];
}
