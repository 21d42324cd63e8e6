import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { REQUIREMENTS } from "./index.ts";

const TESTS = path.resolve(import.meta.dirname, "..");

/** The ids that test files cite in calls of `verifies`. */
function citedIds(): Set<string> {
  const cited = new Set<string>();
  for (const file of readdirSync(TESTS, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".test.ts")) continue;
    const source = readFileSync(path.join(TESTS, file), "utf8");
    for (const [, call = ""] of source.matchAll(/\bverifies\(\s*(\[[^\]]*\]|"[^"]*")/g)) {
      for (const [, id = ""] of call.matchAll(/"([^"]+)"/g)) cited.add(id);
    }
  }
  return cited;
}

test("every requirement has a test", () => {
  const cited = citedIds();
  const untested = REQUIREMENTS.map(({ id }) => id).filter((id) => !cited.has(id));
  expect(untested).toEqual([]);
});

test("requirement ids are unique", () => {
  const ids = REQUIREMENTS.map(({ id }) => id);
  expect(ids).toEqual([...new Set(ids)]);
});
