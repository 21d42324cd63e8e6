/** Members to be written into a client's file, independent of its format. */
export interface Member {
  /** The names of the path to it. */
  readonly path: readonly string[];
  /** `undefined` removes the member. */
  readonly value: unknown;
  /** Only where there is none: the person's own value is kept. */
  readonly keep?: true;
}

/** The value at `path` in parsed content, or `undefined`. */
export function valueAt(content: unknown, path: readonly string[]): unknown {
  let value = content;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}
