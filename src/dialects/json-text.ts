/** Line ends to people who split text the Unicode way; JSON lets them through as they are. */
const LINE_ENDS = /[\u0085\u2028\u2029]/;
const ALL_LINE_ENDS = /[\u0085\u2028\u2029]/g;

/**
 * A string as JSON that is safe inside a line of an event stream. Some clients split the stream at every Unicode line
 * end and not only at those of the SSE standard; and an unpaired surrogate, which UTF-8 cannot carry, is escaped.
 */
export function jsonText(text: string): string {
  const json = JSON.stringify(text);
  return LINE_ENDS.test(json) ? json.replaceAll(ALL_LINE_ENDS, escape) : json;
}

/** Any JSON value, safe in the same way. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(ALL_LINE_ENDS, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
