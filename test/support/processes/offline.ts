import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const LOOPBACK_ONLY = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"];

/** What a command is to stand behind to reach nothing but the loopback; `undefined` where no network namespace can be made. */
export function offlinePrefix(): readonly string[] | undefined {
  return [
    ["unshare", "--net"],
    ["unshare", "--map-root-user", "--net"],
  ]
    .map((unshare) => [...unshare, ...LOOPBACK_ONLY])
    .find(
      ([command = "", ...args]) => spawnSync(command, [...args, "true"], { stdio: "ignore" }).status === 0,
    );
}

/**
 * Runs a vitest project, with the arguments of this process, where nothing but the loopback can be reached: whatever
 * third-party programs in it try to fetch or report goes nowhere. Where no network namespace can be made the tests run
 * without one. Sets the exit code of this process.
 */
export function runOffline(project: string): void {
  const isolate = offlinePrefix();
  if (isolate === undefined)
    process.stderr.write("No network namespace could be made here; running without one.\n");

  const vitest = fileURLToPath(new URL("../../../node_modules/vitest/vitest.mjs", import.meta.url));
  const [command = "", ...args] = [
    ...(isolate ?? []),
    process.execPath,
    vitest,
    "run",
    "--project",
    project,
    ...process.argv.slice(2),
  ];
  const child = spawn(command, args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1;
  });
}
