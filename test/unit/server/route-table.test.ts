import { expect, test } from "vitest";
import { RouteTable } from "../../../src/server/route-table.ts";

const PATTERNS = [
  "/v1/models",
  "/v1/models/{id+}",
  "/v1/models/{model+}:generateContent",
  "/v1/models/{model+}:streamGenerateContent",
  "/v1/responses/{id}",
  "/v1/responses/{id}/input_items",
  "/v1/responses/compact",
];

const table = new RouteTable<string>();
for (const pattern of PATTERNS) table.add("POST", pattern, pattern);

/** The pattern that is found, and what stands in it. */
function found(path: string): readonly [string, object] | undefined {
  const match = table.find(path);
  return match && [match.pattern, match.params];
}

test("of the patterns that a path fits the one that says the most is found, in whatever order they came", () => {
  expect(found("/v1/models")).toEqual(["/v1/models", {}]);
  expect(found("/v1/models/auto")).toEqual(["/v1/models/{id+}", { id: "auto" }]);
  expect(found("/v1/models/copilot/gpt-5")).toEqual(["/v1/models/{id+}", { id: "copilot/gpt-5" }]);
  expect(found("/v1/responses/compact")).toEqual(["/v1/responses/compact", {}]);
  expect(found("/v1/responses/r1")).toEqual(["/v1/responses/{id}", { id: "r1" }]);
  expect(found("/v1/responses/r1/input_items")).toEqual(["/v1/responses/{id}/input_items", { id: "r1" }]);
});

test("text may follow what stands for the rest of the path", () => {
  for (const model of ["auto", "copilot/gpt-5", "qwen3:8b", "a:generateContent/b"]) {
    expect(found(`/v1/models/${model}:generateContent`)).toEqual([
      "/v1/models/{model+}:generateContent",
      { model },
    ]);
  }
  expect(found("/v1/models/a%2Fb%3A8b:streamGenerateContent")).toEqual([
    "/v1/models/{model+}:streamGenerateContent",
    { model: "a/b:8b" },
  ]);
  expect(found("/v1/models/%zz:generateContent")?.[1]).toEqual({ model: "%zz" });
});

test("those that only refuse are found and not told", () => {
  const some = new RouteTable<string>();
  some.add("GET", "/a", "a");
  some.add("POST", "/b/{id}", "b", false);
  expect(some.patterns).toEqual(["/a"]);
  expect(some.find("/b/1")?.methods.get("POST")).toBe("b");
});

test("what stands for something is never empty, and another path is not found", () => {
  expect(found("/v1/models/:generateContent")?.[0]).toBe("/v1/models/{id+}");
  for (const path of [
    "/v1/models/",
    "/v1/responses/",
    "/v1/responses//input_items",
    "/v1",
    "/v2/models",
    "",
  ]) {
    expect(found(path)).toBeUndefined();
  }
});
