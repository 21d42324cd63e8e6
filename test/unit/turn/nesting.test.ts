import fc from "fast-check";
import { expect } from "vitest";
import { DEEPEST_ARGUMENTS, NestingMeter, textIsTooDeep, valueIsTooDeep } from "../../../src/turn/nesting.ts";
import { cutAt } from "../../support/arbitraries.ts";
import { verifies } from "../../support/verifies.ts";

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

verifies("server.arguments-nesting", "text nests as deep as its value, however it comes in pieces", () => {
  fc.assert(
    fc.property(
      fc.json({ maxDepth: 6, stringUnit: "binary" }),
      fc.array(fc.nat(), { maxLength: 5 }),
      (json, cuts) => {
        const meter = new NestingMeter();
        for (const piece of cutAt(json, cuts)) meter.push(piece);
        expect(meter.deepest).toBe(depthOf(JSON.parse(json)));
      },
    ),
  );
});

verifies(
  "server.arguments-nesting",
  "the deepest arguments there may be are not too deep, and one level more is",
  () => {
    const nested = (levels: number): string => `${'{"a":['.repeat(levels / 2)}${"]}".repeat(levels / 2)}`;
    for (const [levels, tooDeep] of [
      [DEEPEST_ARGUMENTS, false],
      [DEEPEST_ARGUMENTS + 2, true],
      [100_000, true],
    ] as const) {
      expect(textIsTooDeep(nested(levels))).toBe(tooDeep);
      expect(valueIsTooDeep(JSON.parse(nested(levels)))).toBe(tooDeep);
    }
  },
);
