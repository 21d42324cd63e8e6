/** What a client's file is to say, whatever its format is. */
export interface Member {
  /** The names on the way to it. */
  readonly path: readonly string[];
  /** `undefined` takes the member away. */
  readonly value: unknown;
  /** Only where there is none: what the person has chosen there stays. */
  readonly keep?: true;
}

/** What is at `path` in parsed content; `undefined` where there is nothing. */
export function valueAt(content: unknown, path: readonly string[]): unknown {
  let value = content;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}
