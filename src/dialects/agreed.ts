import { BridgeError } from "../turn/error.ts";

interface Stated<Value> {
  readonly at: string;
  readonly value: Value;
}

/** The one value among the given members. @throws BridgeError `invalid_request` when two members contradict each other. */
export function agreed<Value>(
  values: Readonly<Record<string, Value | null | undefined>>,
  same: (one: Value, other: Value) => boolean = Object.is,
): Stated<Value> | undefined {
  let found: Stated<Value> | undefined;
  for (const [at, value] of Object.entries(values)) {
    if (value === null || value === undefined) continue;
    if (found !== undefined && !same(found.value, value)) {
      throw new BridgeError(
        "invalid_request",
        `${at}: contradicts ${found.at}, the same setting in another API; send only one of them.`,
        { param: at },
      );
    }
    found ??= { at, value };
  }
  return found;
}
