/** Values as OTLP has them in JSON (opentelemetry-proto, the JSON mapping of Protocol Buffers). Pure functions. */

export type AttributeValue = string | number | boolean | readonly string[];
/** What is not known is left out. */
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

/** Characters of a text. */
const LONGEST_TEXT = 1024;
/** Of texts in a list. */
const MOST_TEXTS = 32;

interface KeyValue {
  readonly key: string;
  readonly value: object;
}

/** @param longest characters that a text may have. */
export function keyValues(attributes: Attributes, longest = LONGEST_TEXT): KeyValue[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: anyValue(value, longest) }],
  );
}

function anyValue(value: AttributeValue, longest: number): object {
  switch (typeof value) {
    case "string":
      return { stringValue: wellFormed(value.slice(0, longest)) };
    case "boolean":
      return { boolValue: value };
    case "number":
      return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: double(value) };
    default:
      return { arrayValue: { values: value.slice(0, MOST_TEXTS).map((text) => anyValue(text, longest)) } };
  }
}

/** Protocol Buffers have UTF-8, in which half a surrogate pair is an error that loses the whole message. */
function wellFormed(text: string): string {
  return text.replaceAll(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "\uFFFD");
}

/** JSON has no numbers for these, their mapping has texts. */
export function double(value: number): number | string {
  return Number.isFinite(value) ? value : Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
}

/** Milliseconds since the epoch as nanoseconds, which are too many for a number. */
export function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}
