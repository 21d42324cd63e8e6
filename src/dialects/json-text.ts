/** Unicode line ends, which JSON does not escape. */
const LINE_ENDS = /[\u0085\u2028\u2029]/;
const ALL_LINE_ENDS = /[\u0085\u2028\u2029]/g;

/**
 * A string as JSON that is safe inside a line of an event stream. Some clients split the stream at every Unicode line
 * end, not only at those of the SSE standard; an unpaired surrogate, which UTF-8 cannot represent, is escaped too.
 */
export function jsonText(text: string): string {
  const json = JSON.stringify(text);
  return LINE_ENDS.test(json) ? json.replaceAll(ALL_LINE_ENDS, escape) : json;
}

/** Any JSON value, made safe in the same way. */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value).replaceAll(ALL_LINE_ENDS, escape);
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
