/**
 * Outlives the test run by a moment: when its stdin ends, for whatever reason the run ended, it terminates every
 * process that still carries the run's folder in its environment or command line, then removes the folder.
 *
 * The folder comes on stdin, not as an argument, or it would find itself.
 */
import { rmSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { listProcesses } from "./processes.mjs";

const GRACE_MS = 3_000;
let folder = "";

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
process.stdin.setEncoding("utf8").on("data", (text) => (folder += text));
process.stdin.on("end", () => void reap());

async function reap() {
  if (folder === "") return;
  signalAll("SIGTERM");
  const end = Date.now() + GRACE_MS;
  while (listProcesses(folder).length > 0 && Date.now() < end) await delay(50);
  // Again and again, because a dying parent may have started another child.
  while (signalAll("SIGKILL") > 0) await delay(50);
  if (!process.env.MCPTB_VSCODE_KEEP) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

function signalAll(signal) {
  const targets = listProcesses(folder);
  for (const { pid } of targets) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone in the meantime.
    }
  }
  return targets.length;
}
