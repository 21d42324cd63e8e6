/** One message as it came: looked at before it is parsed, because deep nesting and many small values cost far more than their bytes. */
import type * as z from "zod";
import { excessOf } from "../../util/json-structure.ts";
import type { MessageBounds } from "./protocol.ts";

/** Levels of arrays and objects: what a request of a client may have, and what a message puts around it. */
const MAX_DEPTH = 280;

/** @throws Error saying what is wrong with it. */
export function readFrame<Message>(text: string, schema: z.ZodType<Message>, bounds: MessageBounds): Message {
  const excess = excessOf(text, { depth: MAX_DEPTH, values: bounds.values });
  if (excess === "depth") throw new Error("a message is nested too deep");
  if (excess === "values") throw new Error("a message has too many values");
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
