import { readdirSync } from "node:fs";
import path from "node:path";
import type { LimitCase } from "../case.ts";

const CASES = path.join(import.meta.dirname, "../cases");

/** Every case of every area; a file in `cases/` exports its own as `cases`. */
export async function loadCases(): Promise<
  readonly (readonly [area: string, cases: readonly LimitCase[]])[]
> {
  const files = readdirSync(CASES).filter((file) => file.endsWith(".ts"));
  return Promise.all(
    files.sort().map(async (file) => {
      const { cases } = (await import(`../cases/${path.basename(file, ".ts")}.ts`)) as {
        cases: readonly LimitCase[];
      };
      return [path.basename(file, ".ts"), cases] as const;
    }),
  );
}
