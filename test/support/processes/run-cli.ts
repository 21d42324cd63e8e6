import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { eachLine } from "../streams/json-lines.ts";
import { MAIN, STATE_DIR } from "./spawned-bridge.ts";

export interface CliRun {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Waits for a line on either stream. */
  readonly line: (pattern: RegExp) => Promise<string>;
  /** The exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
}

export interface CliOptions {
  /** Added to an environment without any MCPTB_ variable. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Begins a process group of its own, so that the test can signal all of it as a terminal does. */
  readonly group?: boolean;
  /** Default: `ignore`, which reads as ended. */
  readonly stdin?: "ignore" | "pipe";
  /** Default: the program compiled for this test run. */
  readonly main?: string;
}

/** Starts the compiled program with these arguments. */
export function startCli(args: readonly string[], options: CliOptions = {}): CliRun {
  const { cwd, env = {}, group = false, stdin = "ignore", main = MAIN } = options;
  const spawnOptions: SpawnOptions = {
    stdio: [stdin, "pipe", "pipe"],
    env: { ...withoutSettings(process.env), LC_ALL: "C.UTF-8", MCPTB_STATE_DIR: STATE_DIR, ...env },
    detached: group,
    windowsHide: true,
    ...(cwd !== undefined && { cwd }),
  };
  const child = spawn(process.execPath, [main, ...args], spawnOptions);
  const texts = { stdout: "", stderr: "" };
  const lines: string[] = [];
  const watchers = new Set<(line: string) => void>();
  for (const name of ["stdout", "stderr"] as const) {
    const stream = child[name];
    stream?.on("data", (chunk: Buffer) => {
      texts[name] += chunk.toString("utf8");
    });
    if (stream !== null) {
      eachLine(stream, (line) => {
        lines.push(line);
        for (const watcher of watchers) watcher(line);
      });
    }
  }
  const exited = new Promise<number | string>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  return {
    child,
    exited,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    line(pattern) {
      const known = lines.find((line) => pattern.test(line));
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve, reject) => {
        watchers.add((line) => {
          if (pattern.test(line)) resolve(line);
        });
        void exited.then((code) =>
          reject(new Error(`ended with ${code} before ${pattern}:\n${texts.stdout}\n${texts.stderr}`)),
        );
      });
    },
  };
}

export interface CliResult {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the compiled program to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const run = startCli(args, options);
  const code = await run.exited;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

function withoutSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("MCPTB_")));
}
