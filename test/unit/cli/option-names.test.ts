import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { OPTIONS } from "../../../src/config/settings.ts";

const CLI = path.resolve(import.meta.dirname, "../../../src/cli");

test("no option of a command has the name of a setting, which would take its value", () => {
  const settings = new Set<string>(Object.values(OPTIONS).map(({ flag }) => flag));
  const own = readdirSync(CLI, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => [
      ...readFileSync(path.join(CLI, file), "utf8").matchAll(
        /(?:\.option\(|new Option\()\s*"(?:-\w, )?(--[\w-]+)/g,
      ),
    ])
    .map(([, flag = ""]) => flag);
  expect(own.length).toBeGreaterThan(30);
  expect(own.filter((flag) => settings.has(flag))).toEqual([]);
});
