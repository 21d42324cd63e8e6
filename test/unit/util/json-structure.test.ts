import * as fc from "fast-check";
import { expect, test } from "vitest";
import { excessOf, JsonStructure, type StructureBounds } from "../../../src/util/json-structure.ts";
import { cutAt } from "../../support/data/arbitraries.ts";

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
        expect(excessOf(text, { values: most, depth })).toBe(undefined);
        if (depth > 0) expect(excessOf(text, { values: most, depth: depth - 1 })).toBe("depth");
        if (values > 1) expect(excessOf(text, { values: values - 1, depth })).toBe("values");
      },
    ),
  );
});

test("text that is no JSON is looked at to its end and no further", () => {
  const bounds = { values: 10, depth: 10 };
  for (const text of ["", '"', '"\\', "]]]]", "nonsense", '{"a":"[[[[[[[[[[[["}'])
    expect(excessOf(text, bounds)).toBe(undefined);
  expect(excessOf("[".repeat(11), { depth: 10 })).toBe("depth");
  expect(excessOf(",".repeat(10), bounds)).toBe("values");
});

/** The straightforward reading, one character after the other. */
function counted(text: string, { depth = Infinity, values = Infinity }: StructureBounds): string | undefined {
  let [open, seen, inString, escaped] = [0, 1, false, false];
  for (const sign of text) {
    if (inString) {
      if (escaped) escaped = false;
      else if (sign === "\\") escaped = true;
      else if (sign === '"') inString = false;
      continue;
    }
    if (sign === '"') inString = true;
    if (sign === "]" || sign === "}") open -= 1;
    if (sign === "[" || sign === "{") open += 1;
    if (sign === "[" || sign === "{" || sign === ",") seen += 1;
    if (open > depth) return "depth";
    if (seen > values) return "values";
  }
  return undefined;
}

test("any text is seen the same in whatever pieces it comes, as text or as bytes", () => {
  const signs = fc.constantFrom("a", '"', "\\", "[", "{", ",", "]", "}", "名");
  fc.assert(
    fc.property(
      fc.string({ unit: signs, maxLength: 40 }),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.record({ depth: fc.nat(4), values: fc.integer({ min: 1, max: 8 }) }),
      (text, cuts, bounds) => {
        const expected = counted(text, bounds);
        const bytes = new JsonStructure(bounds);
        const pieces = new JsonStructure(bounds);
        const seen = (read: (string | undefined)[]): string | undefined =>
          read.find((one) => one !== undefined);
        expect(seen(cutAt(text, cuts).map((piece) => pieces.read(piece)))).toBe(expected);
        expect(seen([...Buffer.from(text)].map((byte) => bytes.read(Buffer.of(byte))))).toBe(expected);
        expect(excessOf(text, bounds)).toBe(expected);
      },
    ),
    { numRuns: 2000 },
  );
});
