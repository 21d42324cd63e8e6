/** How long a thread has waited for a processor because others had them (Linux, `/proc/PID/schedstat`). */
import { readFileSync } from "node:fs";

/**
 * Milliseconds since its start: of the main thread of a process, or of the thread that asks. `undefined` where the system does not tell,
 * or the process has ended.
 */
export function waitedMs(pid) {
  try {
    const [, waited] = readFileSync(`/proc/${pid ?? "thread-self"}/schedstat`, "utf8").split(" ");
    return Number(waited) / 1e6;
  } catch {
    return undefined;
  }
}
