import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const DIALECTS = path.resolve(import.meta.dirname, "../../../src/dialects");
const folders = readdirSync(DIALECTS, { withFileTypes: true }).filter((entry) => entry.isDirectory());

test.each(folders.map(({ name }) => name))("%s has the files of every dialect", (name) => {
  for (const file of ["schema", "decode", "encode", "stream", "error", "index"]) {
    expect(existsSync(path.join(DIALECTS, name, `${file}.ts`)), file).toBe(true);
  }
});
