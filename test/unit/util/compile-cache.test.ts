import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import module from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { cacheFolder } from "../../../src/util/compile-cache.ts";
import { MAIN } from "../../support/processes/spawned-bridge.ts";

test("the cache is where the system keeps those of a user", () => {
  const home = path.resolve("/home/ada");
  expect(cacheFolder("linux", {}, home)).toBe(path.join(home, ".cache"));
  const elsewhere = path.resolve("/var/cache/ada");
  expect(cacheFolder("linux", { XDG_CACHE_HOME: elsewhere }, home)).toBe(elsewhere);
  expect(cacheFolder("linux", { XDG_CACHE_HOME: "here" }, home)).toBe(path.join(home, ".cache"));
  expect(cacheFolder("darwin", {}, home)).toBe(path.join(home, "Library", "Caches"));
  expect(cacheFolder("win32", { LOCALAPPDATA: "C:\\Local" }, home)).toBe("C:\\Local");
});

test("the program starts whether the cache can be written or not, and fills it where Node can", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "mcptb-cache-"));
  try {
    const run = (cache: string) =>
      promisify(execFile)(process.execPath, [MAIN, "--version"], {
        env: { ...process.env, XDG_CACHE_HOME: cache, HOME: cache, LOCALAPPDATA: cache },
      });
    const file = path.join(folder, "file");
    await writeFile(file, "");
    expect((await run(file)).stdout).toMatch(/^\d+\.\d+/);
    const place = path.join(folder, "caches");
    expect((await run(place)).stdout).toMatch(/^\d+\.\d+/);
    const filled = await readdir(place, { recursive: true }).catch(() => []);
    expect(filled.length > 0).toBe("enableCompileCache" in module);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
