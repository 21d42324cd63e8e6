import type * as z from "zod";

/** What one message about members may have. */
const MOST_BYTES = 65_536;

/** A message of another member, if it has this form. */
export function readJson<Message>(data: Uint8Array, schema: z.ZodType<Message>): Message | undefined {
  if (data.length > MOST_BYTES) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
  return schema.safeParse(value).data;
}
