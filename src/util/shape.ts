/**
 * Schemas for data that crosses to another process. A shape is written once, as a schema; its type is the `Immutable`
 * output of that. Texts for people are cut, and a list is read only up to its first fault.
 */
import * as z from "zod";

/** The same type with everything in it read-only; errors stay as they are. */
export type Immutable<Value> = Value extends Error
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly Immutable<Item>[]
    : Value extends object
      ? { readonly [Key in keyof Value]: Immutable<Value[Key]> }
      : Value;

/** Text for people, in one line: without control characters, cut after `longest` characters. */
export function shown(longest: number) {
  return z.string().transform((text) => cut(text, longest).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, " "));
}

/** The first `most` of a list. */
export function first<Item extends z.ZodType>(item: Item, most: number) {
  return z
    .array(z.unknown())
    .transform((values) => values.slice(0, most))
    .pipe(list(item));
}

/** A list that is read up to the first item with a fault: zod would record every fault, however many. */
export function list<Item extends z.ZodType>(item: Item) {
  return z.array(z.unknown()).transform((values, context): z.output<Item>[] => {
    const read: z.output<Item>[] = [];
    for (const value of values) {
      const { data, success, error } = item.safeParse(value);
      if (!success) {
        const [issue] = error.issues;
        context.addIssue({
          code: "custom",
          message: issue?.message ?? "invalid",
          path: [read.length, ...(issue?.path ?? [])],
        });
        return z.NEVER;
      }
      read.push(data);
    }
    return read;
  });
}

/** JSON has no `undefined`: the member is left out. */
export function maybe<Schema extends z.ZodType>(schema: Schema) {
  return schema.optional().transform((value): z.output<Schema> | undefined => value);
}

/** A copy of the beginning of a text, because a slice would keep the whole text in memory. Never splits a surrogate pair. */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const last = text.charCodeAt(longest - 1);
  const end = last >= 0xd8_00 && last <= 0xdb_ff ? longest - 1 : longest;
  return Buffer.from(text.slice(0, end), "utf16le").toString("utf16le");
}
