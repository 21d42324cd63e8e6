/** What lending with a quiet mind costs: the bridge without any of it, with keys, limits, history and audit, and with a collector too. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Model } from "./model.ts";
import { type Subject, startBridge } from "./subject.ts";

const MAIN = fileURLToPath(new URL("../dist/main.js", import.meta.url));
/** Limits that are looked at and never reached. */
const LIMITS = ["--rpm", "--tpm", "--requests-per-day", "--tokens-per-day"].flatMap((flag) => [
  flag,
  "900000000000",
]);

export async function startWithout(model: Model): Promise<Subject> {
  const state = stateDirectory();
  const subject = await startBridge(model, { flags: ["--state-dir", state, "--keep-days", "0"] });
  return { ...subject, name: "control off", stop: () => ended(subject, state) };
}

export async function startWith(model: Model): Promise<Subject> {
  const state = stateDirectory();
  const subject = await startBridge(model, { flags: ["--state-dir", state] });
  return {
    ...subject,
    name: "key with limits, history, audit",
    headers: keyOf(state),
    stop: () => ended(subject, state),
  };
}

export async function startWatched(model: Model): Promise<Subject> {
  const state = stateDirectory();
  const collector = createServer((request, response) => {
    request.resume().on("end", () => response.end("{}"));
  }).listen(0, "127.0.0.1");
  await once(collector, "listening");
  const { port } = collector.address() as AddressInfo;
  const flags = ["--state-dir", state, "--otlp-endpoint", `http://127.0.0.1:${port}`];
  const subject = await startBridge(model, { flags });
  return {
    ...subject,
    name: "the same, and OpenTelemetry",
    headers: keyOf(state),
    async stop() {
      await ended(subject, state);
      collector.closeAllConnections();
      collector.close();
    },
  };
}

function stateDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "mcptb-bench-"));
  chmodSync(directory, 0o700);
  return directory;
}

function keyOf(state: string): Readonly<Record<string, string>> {
  const env = { ...process.env, MCPTB_STATE_DIR: state };
  const secret = execFileSync(process.execPath, [MAIN, "keys", "add", "bench", ...LIMITS], {
    env,
    encoding: "utf8",
  });
  return { authorization: `Bearer ${secret.trim()}` };
}

async function ended(subject: Subject, state: string): Promise<void> {
  await subject.stop();
  rmSync(state, { recursive: true, force: true });
}
