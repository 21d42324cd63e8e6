import * as fc from "fast-check";
import { expect, test } from "vitest";
import { nestsDeeperThan } from "../../../src/wire/nesting.ts";

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test("agrees with the depth of the parsed value", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), fc.integer({ min: 0, max: 8 }), (value, limit) => {
      expect(nestsDeeperThan(JSON.stringify(value), limit)).toBe(depthOf(value) > limit);
    }),
  );
});

test("brackets in strings do not count, whatever is escaped there", () => {
  for (const text of ["[[[[", String.raw`\"[[[`, String.raw`\\`, String.raw`\\\"[[`, '"[', "]]]]"]) {
    expect(nestsDeeperThan(JSON.stringify([text, text]), 1)).toBe(false);
  }
});

test("text that is no JSON ends, too", () => {
  for (const text of ['"', '"\\', "]]]]", '["', "", "{{{{", '"[[[[[']) {
    expect(nestsDeeperThan(text, 3)).toBe(text === "{{{{");
  }
});
