/** Schemas of any structure and values for them, given to the checker. */
import * as fc from "fast-check";
import { expect } from "vitest";
import { SchemaChecker } from "../../../src/polyfill/schema-checker/checker.ts";
import { LANE_LIMITS } from "../../../src/polyfill/schema-checker/lane.ts";
import { argumentsFault, schemaFault, type Schema } from "../../../src/turn/json-schema.ts";
import { jsonSchema, valueForSchema } from "../../support/data/schema-arbitraries.ts";
import { fuzzed } from "./fuzzed.ts";

const never = new AbortController().signal;

/** Rejects with the seed at the first that crashes, or has no verdict. */
export async function fuzzSchemas(runs: number): Promise<void> {
  const checker = new SchemaChecker({ ...LANE_LIMITS, jobMs: 100 });
  const strays: unknown[] = [];
  const onStray = (reason: unknown): void => void strays.push(reason);
  process.on("unhandledRejection", onStray);
  let checkedAtAll = 0;
  try {
    await fc.assert(
      fc.asyncProperty(
        jsonSchema,
        fc.array(valueForSchema, { minLength: 1, maxLength: 4 }),
        async (schema, values) => {
          const fault = schemaFault(schema);
          expect(fault === undefined || fault.problem !== "").toBe(true);
          if (argumentsFault(schema) !== undefined) return;
          const asked = values.map((value) => ({ schema: schema as Schema, value }));
          const before = JSON.stringify(asked);
          const verdicts = await checker.checkFor("fuzz")(asked, never);
          // What is asked stays as it is: the request and the answer may be needed again.
          expect(JSON.stringify(asked)).toBe(before);
          for (const [index, verdict] of verdicts.entries()) {
            if (verdict.problems === undefined && verdict.unchecked)
              expect(verdict.value).toBe(values[index]);
            else checkedAtAll += 1;
            if (verdict.problems !== undefined) expect(verdict.problems.length).toBeGreaterThan(0);
          }
        },
      ),
      fuzzed("schemas", runs),
    );
  } finally {
    checker.close();
    process.off("unhandledRejection", onStray);
  }
  expect(strays).toEqual([]);
  // Most schemas can be checked against: else this would show nothing.
  expect(checkedAtAll).toBeGreaterThan(runs / 2);
}
