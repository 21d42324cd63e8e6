/** Pieces of the request schemas whose cost is bounded by the request, and that stop at the first fault. */
import * as z from "zod";
import { LONGEST } from "./limits.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** An object of which nothing is looked at and nothing copied. */
export const jsonObject = z.custom<JsonObject>(isObject, { error: expected("object"), abort: true });

/** The same with a `type`, as the parts of a content have; their kinds are checked as they are read. */
export const typedObject = jsonObject.superRefine((value, context) => {
  if (typeof value["type"] === "string" && value["type"].length <= LONGEST.name) return;
  context.addIssue({ code: "custom", path: ["type"], message: "expected the name of a kind" });
}) as unknown as z.ZodType<JsonObject & { readonly type: string }>;

/** A name, not longer than names are. */
export const name = z.string().max(LONGEST.name);
export const id = z.string().max(LONGEST.id);

/**
 * An array of at most `most` elements. Of an array of wrong elements only the first is told: zod's own would write an issue
 * for each.
 */
export function list<Element extends z.ZodType>(element: Element, most: number) {
  return z
    .custom<readonly unknown[]>(Array.isArray, { error: expected("array"), abort: true })
    .transform((values, context): z.output<Element>[] => {
      if (values.length > most) {
        const message = `has more than ${most} elements`;
        context.issues.push({ code: "too_big", origin: "array", maximum: most, input: values, message });
        return z.NEVER;
      }
      const checked: z.output<Element>[] = [];
      for (const [index, value] of values.entries()) {
        const result = element.safeParse(value);
        if (!result.success) {
          for (const issue of result.error.issues) {
            context.issues.push({ ...issue, path: [index, ...issue.path], input: value } as never);
          }
          return z.NEVER;
        }
        checked.push(result.data);
      }
      return checked;
    });
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function expected(kind: string): (issue: { readonly input?: unknown }) => string {
  return ({ input }) => `Invalid input: expected ${kind}, received ${kindOf(input)}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
