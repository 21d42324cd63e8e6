/** The bridge inside the scripted host, as users run it. */
import { resolve } from "node:path";
import { cleanEnvironment } from "../../clients/support/environment.ts";
import type { Namespace } from "../../clients/support/namespace.ts";
import { Program } from "../../clients/support/program.ts";
import type { HostOptions, HostReport } from "./host-options.ts";

const ROOT = resolve(import.meta.dirname, "../../../..");
const MAIN = resolve(ROOT, "dist/main.js");
const HOST = resolve(import.meta.dirname, "host-main.ts");
/** The namespace is the test's own, so the port is always free. */
export const BRIDGE_URL = "http://127.0.0.1:8000";
const START_MS = 30_000;

export interface Bridge {
  /** One for each sampling request that reached the host. */
  readonly asked: readonly HostReport[];
  log(): string;
  stop(): Promise<void>;
}

/** Starts both and waits until the port answers. */
export async function startBridge(
  namespace: Namespace,
  {
    home,
    tools,
    model = "worker",
  }: { readonly home: string; readonly tools: boolean; readonly model?: HostOptions["model"] },
): Promise<Bridge> {
  const options: HostOptions = {
    bridge: [process.execPath, MAIN, "--host", "127.0.0.1", "--port", "8000"],
    tools,
    model,
  };
  const child = namespace.spawn(process.execPath, ["--import", "tsx", HOST], {
    env: { ...cleanEnvironment(home), MCPTB_TEST_HOST: JSON.stringify(options) },
    cwd: ROOT,
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  });
  const program = new Program("the host with the bridge", child);
  const asked: HostReport[] = [];
  child.on("message", (report: HostReport) => asked.push(report));
  await program.until(/127\.0\.0\.1:8000/, START_MS);
  await program.until(/host attached/, START_MS);
  return { asked, log: () => program.output, stop: () => program.end() };
}
