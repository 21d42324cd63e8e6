/**
 * Runs `npm test` again and again beside busy loops, to find tests that depend on how fast the machine is:
 *
 *     node scripts/test-under-load.mjs [RUNS] [LOOPS]
 *
 * By default twenty runs and four loops. Prints each run's result and what failed in it; ends with 1 when any did.
 */
import { spawn, spawnSync } from "node:child_process";

const [runs, loops] = [process.argv[2] ?? 20, process.argv[3] ?? 4].map(Number);

// Each ends when this process does, however that ends.
const BUSY = `process.on("disconnect", () => process.exit()); (function spin() {
  for (const until = Date.now() + 50; Date.now() < until;);
  setImmediate(spin);
})();`;

const busy = Array.from({ length: loops }, () =>
  spawn(process.execPath, ["-e", BUSY], { stdio: ["ignore", "ignore", "ignore", "ipc"] }),
);

let failed = 0;
for (let run = 1; run <= runs; run += 1) {
  const began = performance.now();
  const { status, stdout } = spawnSync("npm", ["test"], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    shell: process.platform === "win32",
  });
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`run ${run} of ${runs}: ${status === 0 ? "green" : "RED"} in ${seconds} s\n`);
  if (status === 0) continue;
  failed += 1;
  const lines = stdout.split("\n").filter((line) => /FAIL|×|Error:/.test(line));
  process.stdout.write(`${lines.slice(0, 40).join("\n")}\n`);
}
for (const child of busy) child.disconnect();
process.stdout.write(`${runs - failed} of ${runs} green\n`);
process.exitCode = failed === 0 ? 0 : 1;
