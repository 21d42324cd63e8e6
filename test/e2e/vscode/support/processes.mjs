import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * The processes that carry a text in their environment or command line, from /proc, without the one that asks.
 * Neither parentage nor process groups would do: VS Code's servers and the browser's helpers start their own.
 *
 * @param {string} mark
 * @returns {{ pid: number, args: string[], cwd: string }[]}
 */
export function listProcesses(mark) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const args = readFileSync(`/proc/${name}/cmdline`, "utf8");
        // A zombie has no command line, and nothing is left of it to end.
        if (args === "") return [];
        const marked = args.includes(mark) || readFileSync(`/proc/${name}/environ`, "utf8").includes(mark);
        if (!marked) return [];
        return [{ pid: Number(name), args: args.split("\0"), cwd: readlinkSync(`/proc/${name}/cwd`) }];
      } catch {
        return []; // It ended while we looked, or is not ours to look at.
      }
    });
}
