import { expect, test } from "vitest";
import * as z from "zod";
import { list, typedObject } from "../../../src/dialects/shapes.ts";
import { validate } from "../../../src/dialects/validate.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import { verifies } from "../../support/verifies.ts";

const SCHEMA = z.object({
  items: z.union([z.string(), list(z.union([z.string(), typedObject]), 1000)]).nullish(),
});

function failure(items: unknown): BridgeError {
  try {
    validate(SCHEMA, { items });
  } catch (thrown) {
    if (thrown instanceof BridgeError) return thrown;
  }
  throw new Error("no failure");
}

verifies("server.first-fault", "of many wrong elements the first is named, and only it is looked at", () => {
  let seen = 0;
  const element = z.custom(() => {
    seen += 1;
    return seen < 3;
  });
  const result = list(element, 1000).safeParse(Array.from({ length: 1000 }));
  expect(result.error?.issues).toMatchObject([{ path: [2] }]);
  expect(seen).toBe(3);
  expect(failure([{ type: "text" }, 0, 0, 0])).toMatchObject({ code: "invalid_request", param: "items.1" });
  expect(failure([{ type: 1 }]).param).toBe("items.0.type");
});

verifies("server.first-fault", "a list that is too long is refused unseen", () => {
  expect(failure(Array.from({ length: 1001 }, () => 0)).message).toContain("more than 1000 elements");
});

test("what is no list is named", () => {
  for (const items of [1, true, {}]) expect(failure(items)).toMatchObject({ param: "items" });
  for (const items of [undefined, null, "text", [], ["a", { type: "b" }]]) {
    expect(validate(SCHEMA, { items }).items).toEqual(items);
  }
});
