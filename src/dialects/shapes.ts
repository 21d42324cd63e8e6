/** Parts of the request schemas, with a cost linear in the request, which stop at the first fault. */
import * as z from "zod";
import { LONGEST } from "./limits.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** An object whose members are neither checked nor copied. */
export const jsonObject = z.custom<JsonObject>(isObject, { error: expected("object"), abort: true });

/** The same with a `type`, for content parts; their types are checked when they are read. */
export const typedObject = jsonObject.superRefine((value, context) => {
  if (typeof value["type"] === "string" && value["type"].length <= LONGEST.name) return;
  context.addIssue({ code: "custom", path: ["type"], message: "expected the name of a type" });
}) as unknown as z.ZodType<JsonObject & { readonly type: string }>;

/** A name within the limit of length. */
export const name = z.string().max(LONGEST.name);
export const id = z.string().max(LONGEST.id);

/**
 * An array of at most `most` elements. Only the first invalid element is reported: zod's own array would create an
 * issue for each.
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
