import { expect, test } from "vitest";
import { nearest } from "../../../src/util/nearest.ts";

test("a word mistyped in few letters is found, another is not", () => {
  const known = ["port", "host", "hosts", "streamUnit", "apiKey"];
  expect(nearest("prot", known)).toBe("port");
  expect(nearest("PORT", known)).toBe("port");
  expect(nearest("steamUnit", known)).toBe("streamUnit");
  expect(nearest("stream-unit", known)).toBe("streamUnit");
  expect(nearest("hostss", known)).toBe("hosts");
  expect(nearest("banana", known)).toBeUndefined();
  expect(nearest("", known)).toBeUndefined();
  expect(nearest("p".repeat(1_000_000), known)).toBeUndefined();
});
