import { spawn } from "node:child_process";

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Milliseconds after which the command and its children are killed. */
  readonly timeoutMs: number;
}

/**
 * Runs a command to its end and returns what it printed to stdout and stderr.
 *
 * @throws Error naming the command, with the end of its output, when it cannot start, fails or takes too long.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env = process.env, timeoutMs }: CommandOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let late = false;
    const collect = (chunk: string) => (output += chunk);
    child.stdout.setEncoding("utf8").on("data", collect);
    child.stderr.setEncoding("utf8").on("data", collect);
    const kill = () => {
      // The group, because npm and apt-get leave the real work to their children.
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    };
    const timer = setTimeout(() => {
      late = true;
      kill();
    }, timeoutMs);
    process.once("exit", kill);
    const fail = (why: string) =>
      reject(new Error(`${command} ${args.join(" ")} ${why}\n${output.trim().slice(-2000)}`.trim()));

    const settle = () => {
      clearTimeout(timer);
      process.off("exit", kill);
    };

    child.on("error", (error) => {
      settle();
      fail(`could not be started: ${error.message}`);
    });
    child.on("close", (code, signal) => {
      settle();
      if (late) fail(`took more than ${timeoutMs / 1000} s and was stopped.`);
      else if (code === 0) resolve(output);
      else fail(`ended with ${signal ?? `code ${code}`}.`);
    });
  });
}
