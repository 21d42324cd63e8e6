import * as fc from "fast-check";
import { afterAll, expect } from "vitest";
import { SchemaChecker } from "../../../../src/polyfill/schema-checker/checker.ts";
import { LANE_LIMITS } from "../../../../src/polyfill/schema-checker/lane.ts";
import { argumentsFault, schemaFault, type Schema } from "../../../../src/turn/json-schema.ts";
import { jsonSchema, valueForSchema } from "../../../support/schema-arbitraries.ts";
import { verifies } from "../../../support/verifies.ts";

/** `MCPTB_FUZZ_RUNS=10000` for the long form, `MCPTB_FUZZ_SEED` to repeat one. */
const RUNS = Number(process.env["MCPTB_FUZZ_RUNS"] ?? 100);
const SEED = Number(process.env["MCPTB_FUZZ_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
/** The event loop is looked at this often in the long form, and may not miss as much time as the issue names. */
const LOOK_MS = 20;
const STALL_MS = 250;

const checker = new SchemaChecker({ ...LANE_LIMITS, jobMs: 150 });
const never = new AbortController().signal;
afterAll(() => checker.close());

verifies(
  "server.schemas-bounded",
  `schemas of any structure and values for them: no crash, no rejection, no stall (${RUNS} runs)`,
  async () => {
    if (RUNS > 1000) process.stderr.write(`Schemas: seed ${SEED}\n`);
    const strays: unknown[] = [];
    const onStray = (reason: unknown): void => void strays.push(reason);
    process.on("unhandledRejection", onStray);
    let longest = 0;
    let last = performance.now();
    const looking = setInterval(() => {
      longest = Math.max(longest, performance.now() - last - LOOK_MS);
      last = performance.now();
    }, LOOK_MS);
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
        { numRuns: RUNS, seed: SEED },
      );
    } finally {
      clearInterval(looking);
      process.off("unhandledRejection", onStray);
    }
    expect(strays).toEqual([]);
    // Most schemas can be checked against: else this would show nothing.
    expect(checkedAtAll).toBeGreaterThan(RUNS / 2);
    if (RUNS > 1000) expect(longest).toBeLessThan(STALL_MS);
  },
  RUNS * 2000,
);
