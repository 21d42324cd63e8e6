import { execFileSync } from "node:child_process";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "../..");

/**
 * Compiles `src` to `dist` once a run, so that tests start the very program that users start. In place and not from an
 * empty folder: another test run may be using it.
 */
export default function build(): void {
  const compiler = path.join(ROOT, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", path.join(ROOT, "tsconfig.build.json")], {
    stdio: ["ignore", "inherit", "inherit"],
  });
}
