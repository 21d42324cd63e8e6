import { execFile, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

import type { Installed } from "./install.ts";

const START_MS = 60_000;

/** Installs a packed extension. @throws Error with what VS Code says when it does not. */
export async function installPacked(
  { node, codeServer }: Installed,
  folder: string,
  env: NodeJS.ProcessEnv,
  file: string,
): Promise<void> {
  const folders = ["--user-data-dir", join(folder, "data"), "--extensions-dir", join(folder, "extensions")];
  const config = ["--config", join(folder, "code-server.yaml")];
  const args = [codeServer, ...config, ...folders, "--install-extension", file];
  await promisify(execFile)(node, args, { cwd: folder, env, timeout: START_MS });
}

/**
 * Starts VS Code's server and returns its address. Whoever called ends it by means of the run's folder, which its
 * processes carry in their environment.
 *
 * @param flags beside those that every run has.
 * @throws Error with the end of its log when it does not come up.
 */
export function startCodeServer(
  { node, codeServer }: Installed,
  folder: string,
  env: NodeJS.ProcessEnv,
  flags: readonly string[] = [],
): Promise<string> {
  const args = [
    codeServer,
    "--config",
    join(folder, "code-server.yaml"),
    "--auth",
    "none",
    "--bind-addr",
    "127.0.0.1:0",
    "--user-data-dir",
    join(folder, "data"),
    "--extensions-dir",
    join(folder, "extensions"),
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-getting-started-override",
    "--ignore-last-opened",
    ...flags,
  ];
  const child = spawn(node, args, {
    cwd: folder,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const log = createWriteStream(join(folder, "code-server.log"));
  let output = "";
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`code-server ${why}\n${output.slice(-2000)}`));
    const timer = setTimeout(() => fail(`was not up after ${START_MS / 1000} s.`), START_MS);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        log.write(text);
        output += text;
        const address = /listening on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1];
        if (address === undefined) return;
        clearTimeout(timer);
        resolve(address);
      });
    }
    child.on("error", (error) => fail(`could not be started: ${error.message}`));
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      fail(`ended with ${signal ?? `code ${code}`}.`);
    });
  });
}
