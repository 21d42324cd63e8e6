/**
 * A network namespace that has loopback and nothing else. Third-party clients run only inside one, so whatever
 * they try to report home, fetch or update goes nowhere; and every port in it is free.
 */
import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { Program } from "./program.ts";
import { systemPython } from "./python.ts";

const HOLDER = join(import.meta.dirname, "../python/loopback.py");

export interface SpawnOptions {
  /** The whole environment; nothing is inherited. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly stdio?: StdioOptions;
}

export interface Namespace {
  /** Starts a program inside. Its pid is the program's own, and it dies with this process. */
  spawn(command: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  close(): Promise<void>;
}

/** As root a plain network namespace, otherwise one inside a user namespace. */
const WAYS = [
  { unshare: ["--net"], enter: ["--net"] },
  { unshare: ["--user", "--map-root-user", "--net"], enter: ["--user", "--preserve-credentials", "--net"] },
] as const;

/** @throws Error that says what is missing, where no namespace can be made. */
export async function openNamespace(): Promise<Namespace> {
  if (process.platform !== "linux")
    throw new Error("The client tests need Linux: they use network namespaces.");
  const python = await systemPython();
  const failures: string[] = [];
  for (const way of WAYS) {
    const holder = new Program(
      "the namespace holder",
      spawn("unshare", [...way.unshare, "--", python, HOLDER], { stdio: "pipe" }),
    );
    try {
      await holder.until(/loopback is up/, 20_000);
    } catch (error) {
      failures.push(`unshare ${way.unshare.join(" ")}: ${(error as Error).message.trim()}`);
      continue;
    }
    return inside(holder, way.enter);
  }
  throw new Error(
    "The client tests could not make a network namespace. Run them as root, or allow unprivileged user namespaces " +
      "(sysctl kernel.apparmor_restrict_unprivileged_userns=0 on Ubuntu; a container needs --cap-add SYS_ADMIN).\n" +
      failures.join("\n"),
  );
}

/**
 * The namespace that this process itself is in, for clients of what it started itself.
 *
 * @throws Error when more than loopback can be reached from here.
 */
export function ownNamespace(): Namespace {
  const others = Object.keys(networkInterfaces()).filter((name) => name !== "lo");
  if (others.length > 0) {
    throw new Error(
      `Clients that others wrote run only where nothing but loopback is; here is ${others.join(", ")}.`,
    );
  }
  return { spawn: (command, args, options) => start([], command, args, options), close: async () => {} };
}

function inside(holder: Program, flags: readonly string[]): Namespace {
  const target = String(holder.child.pid);
  return {
    spawn: (command, args, options) =>
      start(["nsenter", "--target", target, ...flags, "--"], command, args, options),
    async close() {
      holder.child.stdin?.end();
      await holder.exited;
    },
  };
}

function start(
  enter: readonly string[],
  program: string,
  args: readonly string[],
  { env, cwd, stdio = "pipe" }: SpawnOptions,
): ChildProcess {
  const [command = "", ...rest] = [...enter, "setpriv", "--pdeathsig", "KILL", program, ...args];
  return spawn(command, rest, { env, stdio, ...(cwd !== undefined && { cwd }) });
}
