import { execFileSync, spawn } from "node:child_process";
import { childrenOf } from "./processes.ts";
import { MAIN } from "./spawned-bridge.ts";

/** Whether `openTerminal` works here. */
export const HAS_TERMINAL = process.platform === "linux" && canRun("script", "--version");

export interface Terminal {
  /** All that it shows so far. */
  readonly screen: () => string;
  readonly shows: (pattern: RegExp) => Promise<void>;
  /** As from the keyboard. */
  readonly type: (text: string) => void;
  /** The program in it and what that has started. */
  readonly processes: () => number[];
  /** As when the person closes its window. */
  readonly close: () => void;
  readonly exited: Promise<number | string>;
}

/** Runs the compiled program in a terminal of its own. */
export function openTerminal(args: readonly string[]): Terminal {
  return openTerminalOf([process.execPath, MAIN, ...args]);
}

export interface TerminalOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

const SIZE = "stty cols 120 rows 50";

/** Runs a command in a terminal of its own, made by util-linux's `script`. */
export function openTerminalOf(command: readonly string[], options: TerminalOptions = {}): Terminal {
  const words = command.map((word) => `'${word}'`).join(" ");
  const script = spawn(
    "script",
    ["--quiet", "--return", "--command", `${SIZE}; exec ${words}`, "/dev/null"],
    {
      stdio: ["pipe", "pipe", "ignore"],
      ...options,
      env: { LC_ALL: "C.UTF-8", ...(options.env ?? process.env), SHELL: "/bin/sh" },
    },
  );
  let screen = "";
  const watchers = new Set<() => void>();
  script.stdout.on("data", (chunk: Buffer) => {
    screen += chunk.toString("utf8");
    for (const watcher of watchers) watcher();
  });
  const exited = new Promise<number | string>((resolve) => {
    script.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  return {
    exited,
    screen: () => screen,
    type: (text) => void script.stdin.write(text),
    close: () => void script.kill("SIGKILL"),
    processes: () => descendants(script.pid ?? 0),
    shows: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(screen)) resolve();
        };
        watchers.add(look);
        look();
        void exited.then((code) => reject(new Error(`ended with ${code} before ${pattern}:\n${screen}`)));
      }),
  };
}

function descendants(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);
}

function canRun(command: string, argument: string): boolean {
  try {
    execFileSync(command, [argument], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
