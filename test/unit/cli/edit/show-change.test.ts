import { expect, test } from "vitest";
import { showChange } from "../../../../src/cli/edit/show-change.ts";

test("a change is a unified diff with three lines around it", () => {
  expect(showChange("f", "a\nb\nc\nd\ne\nf\ng\n", "a\nb\nc\nd\nX\nf\ng\n")).toBe(
    "--- f\n+++ f\n@@ -2,6 +2,6 @@\n b\n c\n d\n-e\n+X\n f\n g\n",
  );
});

test("a file that is not there comes from nowhere", () => {
  expect(showChange("f", undefined, "a\nb\n")).toBe("--- (no file)\n+++ f\n@@ -0,0 +1,2 @@\n+a\n+b\n");
});

test("far from the beginning the lines keep their numbers", () => {
  const lines = Array.from({ length: 1000 }, (_, index) => `${index}\n`);
  const after = lines.with(500, "x\n");
  expect(showChange("f", lines.join(""), after.join(""))).toBe(
    "--- f\n+++ f\n@@ -498,7 +498,7 @@\n 497\n 498\n 499\n-500\n+x\n 501\n 502\n 503\n",
  );
});

test("what differs in too many lines is counted, and a long line is cut", () => {
  const lines = (word: string): string =>
    Array.from({ length: 5000 }, (_, index) => `${word} ${index}\n`).join("");
  expect(showChange("f", lines("a"), lines("b"))).toBe(
    "--- f\n+++ f\n5000 line(s) from line 1 on are replaced by 5000 other(s), too many to show.\n",
  );
  expect(showChange("f", "a", "x".repeat(1_000_000)).length).toBeLessThan(2000);
});

test("a file that goes leaves nothing", () => {
  expect(showChange("f", "a\n", undefined)).toBe("--- f\n+++ (no file)\n@@ -1,1 +0,0 @@\n-a\n");
});

test("line ends of Windows are no change and no dirt", () => {
  expect(showChange("f", "a\r\nb\r\n", "a\r\nc\r\nb\r\n")).toBe(
    "--- f\n+++ f\n@@ -1,2 +1,3 @@\n a\n+c\n b\n",
  );
});
