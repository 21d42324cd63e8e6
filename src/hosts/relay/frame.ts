/** One message as it came: looked at before it is parsed, because deep nesting and many small values cost far more than their bytes. */
import type * as z from "zod";
import type { MessageBounds } from "./protocol.ts";

/** Levels of arrays and objects: what a request of a client may have, and what a message puts around it. */
const MAX_DEPTH = 280;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** @throws Error saying what is wrong with it. */
export function readFrame<Message>(text: string, schema: z.ZodType<Message>, bounds: MessageBounds): Message {
  checkStructure(text, bounds.values);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error("a message is not JSON");
  }
  const { data, success } = schema.safeParse(value);
  if (!success) throw new Error("a message has an unknown form");
  return data;
}

/** Every value but the first stands behind a comma or an opening bracket, so these are counted, outside of strings. */
function checkStructure(text: string, most: number): void {
  let values = 1;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        depth += 1;
        values += 1;
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        depth -= 1;
        break;
      case COMMA:
        values += 1;
        break;
      default:
    }
    if (depth > MAX_DEPTH) throw new Error("a message is nested too deep");
    if (values > most) throw new Error("a message has too many values");
  }
}

/** The index of the quote that ends the string begun at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === BACKSLASH) before -= 1;
    if ((end - before) % 2 === 0) return end;
  }
  return text.length;
}
