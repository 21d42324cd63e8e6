/** What a process of ours took: its memory. Where the system does not tell, `undefined`. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const MIB = 1_048_576;

/** MiB resident now. */
export function residentMb(pid: number): number | undefined {
  return statusMb(pid, "VmRSS");
}

/** MiB resident at the most, since the start of the process or `forgetPeak`. */
export function peakMb(pid: number): number | undefined {
  return statusMb(pid, "VmHWM");
}

/** Begins a new peak (Linux, proc(5), `/proc/pid/clear_refs`). */
export function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
  } catch {
    // Then the peak is that of the whole life, which is the stricter measure.
  }
}

/** How many descriptors a process holds. */
export function descriptors(pid: number): number | undefined {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return undefined;
  }
}

function statusMb(pid: number, name: string): number | undefined {
  try {
    const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return line === null ? undefined : (Number(line[1]) * 1024) / MIB;
  } catch {
    return undefined;
  }
}
