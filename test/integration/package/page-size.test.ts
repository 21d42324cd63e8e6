import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "vitest";
import { verifies } from "../../support/verifies.ts";

const MOST = 40_000;

verifies("control.dashboard", "what a browser loads of the page is small", () => {
  const files = ["page.js", "page.css"].map((name) =>
    path.resolve(import.meta.dirname, "../../../dist/ui", name),
  );
  const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file)).byteLength, 0);
  expect(bytes).toBeLessThan(MOST);
});
