import * as fc from "fast-check";
import { expect, test } from "vitest";
import { isWithin } from "../../../src/wire/json-shape.ts";

/** How many values there are in one, itself included, and how deep it nests. */
function shapeOf(value: unknown): { readonly values: number; readonly depth: number } {
  if (typeof value !== "object" || value === null) return { values: 1, depth: 0 };
  const inner = Object.values(value).map(shapeOf);
  return {
    values: inner.reduce((sum, { values }) => sum + values, 1),
    depth: 1 + Math.max(0, ...inner.map(({ depth }) => depth)),
  };
}

test("what is within bounds is counted as the parsed value says", () => {
  fc.assert(
    fc.property(
      fc.jsonValue({ maxDepth: 5, stringUnit: fc.constantFrom("a", '"', "\\", "[", "{", ",", "]") }),
      (value) => {
        const text = JSON.stringify(value);
        const { values, depth } = shapeOf(value);
        // An empty array or object is counted as if it had one value.
        const most = 2 * values + 1;
        expect(isWithin(text, { values: most, depth })).toBe(true);
        if (depth > 0) expect(isWithin(text, { values: most, depth: depth - 1 })).toBe(false);
        if (values > 1) expect(isWithin(text, { values: values - 1, depth })).toBe(false);
      },
    ),
  );
});

test("text that is no JSON is looked at to its end and no further", () => {
  const bounds = { values: 10, depth: 10 };
  for (const text of ["", '"', '"\\', "]]]]", "nonsense", '{"a":"[[[[[[[[[[[["}'])
    expect(isWithin(text, bounds)).toBe(true);
  expect(isWithin("[".repeat(11), bounds)).toBe(false);
  expect(isWithin(",".repeat(10), bounds)).toBe(false);
});
