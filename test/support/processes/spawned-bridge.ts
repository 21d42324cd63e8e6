import { spawn, type ChildProcess } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { eachLine } from "../streams/json-lines.ts";
import { ScriptedHost, type ScriptedHostOptions } from "../hosts/scripted-host.ts";

/** The compiled program; the test run builds it first. */
export const MAIN = path.resolve(import.meta.dirname, "../../../dist/main.js");

/** Tests leave nothing among the files of whoever runs them. */
export const STATE_DIR = path.join(tmpdir(), "mcptb-test-state");

export interface SpawnedBridge {
  readonly child: ChildProcess;
  readonly host: ScriptedHost;
  /** Where it listens, once its log says so. */
  readonly url: Promise<string>;
  /** The lines of its log so far. */
  readonly log: string[];
  /** Its exit code, or the signal that ended it. */
  readonly exited: Promise<number | string>;
  /** Waits for a line of the log. */
  readonly logged: (pattern: RegExp) => Promise<string>;
  /** Ends it at once, whatever it does. */
  readonly kill: () => Promise<void>;
}

/** Starts the program on a free port with a scripted host on its stdio. The handshake is the test's: `host.initialize()`. */
export function spawnBridge(
  options: ScriptedHostOptions = {},
  flags: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  node = process.execPath,
): SpawnedBridge {
  const child = spawn(node, [MAIN, "--port", "0", ...flags], {
    env: { ...process.env, MCPTB_STATE_DIR: STATE_DIR, MCPTB_LOG_FORMAT: "json", ...env },
    stdio: ["pipe", "pipe", "pipe"],
    windowsHide: true,
  });
  const host = new ScriptedHost(child.stdout, child.stdin, options);
  const log: string[] = [];
  const watchers = new Set<(line: string) => void>();
  eachLine(child.stderr, (line) => {
    log.push(line);
    for (const watcher of watchers) watcher(line);
  });
  const exited = new Promise<number | string>((resolve) => {
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  const logged = async (pattern: RegExp): Promise<string> => {
    const known = log.find((line) => pattern.test(line));
    if (known !== undefined) return known;
    return new Promise((resolve) => {
      const watcher = (line: string): void => {
        if (!pattern.test(line)) return;
        watchers.delete(watcher);
        resolve(line);
      };
      watchers.add(watcher);
    });
  };
  const url = logged(/"msg":"listening"/).then((line) => (JSON.parse(line) as { url: string }).url);
  return {
    child,
    host,
    url,
    log,
    exited,
    logged,
    async kill() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
