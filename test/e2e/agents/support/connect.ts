import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { MAIN } from "../../../support/processes/spawned-bridge.ts";

const run = promisify(execFile);

/** Writes a client's config file as a person would have it written: `mcptb connect CLIENT --write`. */
export async function connect(client: "codex" | "opencode", file: string, url: string): Promise<void> {
  const { port } = new URL(url);
  await run(process.execPath, [MAIN, "--port", port, "connect", client, "--write", "--yes", "--file", file]);
}
