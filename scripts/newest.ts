/**
 * `npm run test:newest`: the suites of real clients and hosts with the newest release of each in place of the pinned one. It may
 * fail, and is no part of what must hold before a change lands: it tells what to look at before the pins are raised.
 */
import { spawnSync } from "node:child_process";

const SUITES = ["test:hosts", "test:agents", "test:clients"];

const failed = SUITES.filter((suite) => {
  process.stdout.write(`\n=== ${suite}, the newest of everything\n`);
  const { status } = spawnSync("npm", ["run", "--silent", suite], {
    stdio: "inherit",
    env: { ...process.env, MCPTB_NEWEST: "1" },
    shell: process.platform === "win32",
  });
  return status !== 0;
});
if (failed.length > 0) {
  process.stderr.write(`\nWITH THE NEWEST RELEASES THESE FAIL: ${failed.join(", ")}\n`);
  process.exitCode = 1;
}
