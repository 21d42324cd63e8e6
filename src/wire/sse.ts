/** Server-sent events, written whole (WHATWG HTML, section 9.2). */

/** One event. `data` must not contain a line break; JSON text never does. */
export function sseEvent(data: string, event?: string): string {
  return event === undefined ? `data: ${data}\n\n` : `event: ${event}\ndata: ${data}\n\n`;
}

/** A comment; parsers skip it, and people who look at the stream can read it. */
export function sseComment(text: string): string {
  return `: ${text.replaceAll(/[\r\n]+/g, " ")}\n\n`;
}
