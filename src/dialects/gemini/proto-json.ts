/**
 * JSON as Google's servers read it (protobuf, "ProtoJSON Format"): each member in either spelling, `camelCase` or `snake_case`;
 * numbers also as text; one element also without its list.
 */
import * as z from "zod";
import { list, type JsonObject } from "../shapes.ts";

/** An object of these members, in either spelling; others are passed over. */
export function message<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.preprocess((value, context) => camelCased(value, shape, context), z.object(shape));
}

function camelCased(value: unknown, known: object, context: z.core.$RefinementCtx): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  // Most requests are in one spelling, and need no copy.
  if (!Object.keys(value).some((name) => name.includes("_"))) return value;
  const members: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const spelled = camelCase(name);
    if (!Object.hasOwn(known, spelled)) continue;
    if (Object.hasOwn(members, spelled)) {
      const issue = "stands there in two spellings; send one of them";
      context.addIssue({ code: "custom", message: issue, path: [spelled], input: value });
      return z.NEVER;
    }
    members[spelled] = member;
  }
  return members;
}

/** No name of Google's is longer. */
const LONGEST_NAME = 100;

export function camelCase(name: string): string {
  if (name.length > LONGEST_NAME || !name.includes("_")) return name;
  return name.replaceAll(/(?<=[a-z0-9])_([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
}

/** The members of an object by their `camelCase` names; of two spellings the last. */
export function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return new Map();
  return new Map(Object.entries(value as JsonObject).map(([name, member]) => [camelCase(name), member]));
}

/** The value as a number where it is the text of one. */
export function numeric(value: unknown): unknown {
  if (typeof value !== "string" || value.length > 40 || value.trim() === "") return value;
  const number = Number(value);
  return Number.isFinite(number) ? number : value;
}

/** A number, or the text of one. */
export function number(schema: z.ZodType<number>) {
  return z.preprocess(numeric, schema).nullish();
}

/** A list, or its only element. */
export function listOrOne<Element extends z.ZodType>(element: Element, most: number) {
  return z.preprocess(
    (value) => (value === null || value === undefined || Array.isArray(value) ? value : [value]),
    list(element, most),
  );
}
