/**
 * JSON as Google's servers read it (protobuf, "ProtoJSON Format"): each member in either spelling, `camelCase` or `snake_case`;
 * numbers also as text; one element also without its list.
 */
import * as z from "zod";
import { list, type JsonObject } from "../shapes.ts";

/** An object of these members, in either spelling; others are passed over. */
export function message<Shape extends z.ZodRawShape>(shape: Shape) {
  const spellings = Object.keys(shape).map((name) => [name, snakeCase(name)] as const);
  return z.preprocess((value, context) => camelCased(value, spellings, context), z.object(shape));
}

type Spellings = readonly (readonly [camel: string, snake: string])[];

/** Looks for the names that are known, however many others there are. */
function camelCased(value: unknown, spellings: Spellings, context: z.core.$RefinementCtx): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const stated = value as JsonObject;
  if (isOfOneSpelling(stated)) return value;
  const members: Record<string, unknown> = {};
  for (const [name, snake] of spellings) {
    const hasBoth = Object.hasOwn(stated, name) && snake !== name && Object.hasOwn(stated, snake);
    if (hasBoth) {
      const issue = "stands there in two spellings; send one of them";
      context.addIssue({ code: "custom", message: issue, path: [name], input: value });
      return z.NEVER;
    }
    const at = Object.hasOwn(stated, name) ? name : snake;
    if (Object.hasOwn(stated, at)) members[name] = stated[at];
  }
  return members;
}

/** Most objects are small and have no underscore in them: they can stay as they are. */
function isOfOneSpelling(stated: JsonObject): boolean {
  let looked = 0;
  for (const name in stated) {
    looked += 1;
    if (looked > FEW_MEMBERS || name.includes("_")) return false;
  }
  return true;
}

const FEW_MEMBERS = 16;

export function snakeCase(name: string): string {
  return name.replaceAll(/(?<=[a-z0-9])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** No name of Google's is longer. */
const LONGEST_NAME = 100;

export function camelCase(name: string): string {
  if (name.length > LONGEST_NAME || !name.includes("_")) return name;
  return name.replaceAll(/(?<=[a-z0-9])_([a-z0-9])/gi, (_, letter: string) => letter.toUpperCase());
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
