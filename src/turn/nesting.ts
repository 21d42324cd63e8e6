/** Levels of arrays and objects that the arguments of a call may have. */
export const DEEPEST_ARGUMENTS = 200;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * How deep JSON text nests, for text that comes in pieces. Deep values are looked at before anything walks them: what walks
 * them calls itself once a level, and the stack has an end.
 */
export class NestingMeter {
  deepest = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  push(text: string): void {
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (code === BACKSLASH) this.#escaped = true;
        else if (code === QUOTE) this.#inString = false;
      } else if (code === QUOTE) this.#inString = true;
      else if (code === OPEN_ARRAY || code === OPEN_OBJECT) {
        this.#depth += 1;
        this.deepest = Math.max(this.deepest, this.#depth);
      } else if (code === CLOSE_ARRAY || code === CLOSE_OBJECT) this.#depth -= 1;
    }
  }
}

/** Whether JSON text nests deeper than the arguments of a call may. */
export function textIsTooDeep(text: string): boolean {
  const meter = new NestingMeter();
  meter.push(text);
  return meter.deepest > DEEPEST_ARGUMENTS;
}

/** Whether a value nests deeper than the arguments of a call may. */
export function valueIsTooDeep(value: unknown, left = DEEPEST_ARGUMENTS): boolean {
  if (typeof value !== "object" || value === null) return false;
  return left === 0 || Object.values(value).some((inner) => valueIsTooDeep(inner, left - 1));
}
