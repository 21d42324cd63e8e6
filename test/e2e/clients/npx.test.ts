/** The package as its users get it: by `npx`, in an empty folder, with an empty cache. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pack, type Packed } from "../../support/processes/packed.ts";
import { VERSION } from "../../../src/util/package.ts";

const run = promisify(execFile);

let packed: Packed;
let folder: string;
let env: NodeJS.ProcessEnv;

beforeAll(() => {
  packed = pack();
  folder = mkdtempSync(path.join(packed.folder, "empty-"));
  const cache = path.join(packed.folder, "cache");
  mkdirSync(cache);
  env = { ...process.env, npm_config_cache: cache };
});
afterAll(() => packed?.remove());

async function npx(...args: string[]): Promise<string> {
  const options = { cwd: folder, env, shell: process.platform === "win32" };
  return (await run("npx", ["-y", `file:${packed.tarball}`, ...args], options)).stdout;
}

test("npx installs and runs it without any install script", async () => {
  expect(await npx("--version")).toBe(`${VERSION}\n`);
  const entry = await npx("connect", "vscode");
  // It came as a file, which npx could not fetch again by the package's name.
  expect(entry).toMatch(
    /\+ +"command": "node",\n\+ +"args": \[\n\+ +"[^"\n]+main\.js",\n\+ +"--port",\n\+ +"8000"/,
  );
  expect(await npx("doctor", "--port", "1").catch((error: { stdout: string }) => error.stdout)).toContain(
    "nothing answers at http://127.0.0.1:1",
  );
});
