import { expect } from "vitest";
import { DEEPEST_ARGUMENTS, textIsTooDeep, valueIsTooDeep } from "../../../src/turn/nesting.ts";
import { verifies } from "../../support/verifies.ts";

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
