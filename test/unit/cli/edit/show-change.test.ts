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

test("line ends of Windows are no change and no dirt", () => {
  expect(showChange("f", "a\r\nb\r\n", "a\r\nc\r\nb\r\n")).toBe(
    "--- f\n+++ f\n@@ -1,2 +1,3 @@\n a\n+c\n b\n",
  );
});
