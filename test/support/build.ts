import { execFileSync } from "node:child_process";

/** Compiles `src` to `dist` once a run, so that tests start the very program that users start. */
export default function build(): void {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  execFileSync(npm, ["run", "--silent", "build"], {
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
}
