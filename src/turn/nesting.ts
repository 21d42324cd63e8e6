import { excessOf } from "../util/json-structure.ts";

/** Levels of arrays and objects that the arguments of a call may have. */
export const DEEPEST_ARGUMENTS = 200;

/** Whether JSON text nests deeper than the arguments of a call may. */
export function textIsTooDeep(text: string): boolean {
  return excessOf(text, { depth: DEEPEST_ARGUMENTS }) !== undefined;
}

/** Whether a value nests deeper than the arguments of a call may. */
export function valueIsTooDeep(value: unknown, left = DEEPEST_ARGUMENTS): boolean {
  if (typeof value !== "object" || value === null) return false;
  return left === 0 || Object.values(value).some((inner) => valueIsTooDeep(inner, left - 1));
}
