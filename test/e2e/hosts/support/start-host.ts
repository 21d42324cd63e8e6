/** A host that others wrote, and the bridge it lends its model to. */
import { spawn } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../../../src/joining/free-port.ts";
import type { HostInfo } from "../../../../src/hosts/host.ts";
import { cleanEnvironment } from "../../clients/support/environment.ts";
import { Program } from "../../clients/support/program.ts";
import { MAIN } from "../../../support/processes/spawned-bridge.ts";
import type { Era, WriteSettings } from "./settings.ts";

const START_MS = 60_000;
const READY_MS = 10_000;

/** How the host and the bridge speak. Over stdio the host starts the bridge; over HTTP it finds one that runs. */
export interface Way {
  readonly era: Era;
  readonly over: "stdio" | "http";
}

export interface RunningHost {
  /** Where the bridge listens. */
  readonly url: string;
  /** What the bridge knows of the host. */
  info(): Promise<HostInfo>;
  stop(): Promise<void>;
}

export interface HostOptions extends Way {
  /** The command that starts it. */
  readonly command: readonly string[];
  readonly settings?: WriteSettings | undefined;
  readonly home: string;
  /** The model that it lends. */
  readonly model: string;
}

/** Starts the host and waits until the bridge serves its model. */
export async function startHost(options: HostOptions): Promise<RunningHost> {
  const { settings, home, model, era, over } = options;
  const port = await freePort("127.0.0.1", 0);
  const url = `http://127.0.0.1:${port}`;
  // A host that insists on the modern era meets a bridge that does not lead it away from there.
  const served = era === "modern" ? "modern" : "auto";
  const flags = ["--port", String(port), "--heartbeat-ms=200", "--consent-hint-ms=200", "--mcp-era", served];
  const starting = [process.execPath, MAIN, ...flags];
  const mcp = `${url}/mcp`;
  const bridge = over === "http" ? await startBridge(starting, home) : undefined;
  const cwd = await mkdtemp(join(home, "run-"));
  await settings?.(cwd, { model, era, bridge: over === "http" ? mcp : starting });
  const [program = "", ...args] = options.command;
  const child = spawn(program, args, {
    cwd,
    env: {
      ...cleanEnvironment(home),
      PI_CODING_AGENT_DIR: cwd,
      MCPTB_TEST_BRIDGE: JSON.stringify(starting),
      MCPTB_TEST_MODEL: model,
      MCPTB_TEST_ERA: era,
      ...(over === "http" && { MCPTB_TEST_URL: mcp }),
      MCP_USE_ANONYMIZED_TELEMETRY: "false",
      DO_NOT_TRACK: "1",
      OTEL_SDK_DISABLED: "true",
    },
  });
  const host = new Program(program, child);
  const stop = async (): Promise<void> => {
    child.stdin.end();
    await host.finished(READY_MS).catch(() => host.end());
    await bridge?.end();
  };
  const info = async (): Promise<HostInfo> => {
    const { hosts } = (await (await fetch(`${url}/ready`)).json()) as { hosts: HostInfo[] };
    const [only] = hosts;
    if (only === undefined) throw new Error("The bridge has no host.");
    return only;
  };
  try {
    await untilReady(info, host, () => `${host.output}\n${bridge?.output ?? ""}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, info, stop };
}

/** A bridge without a host of its own. */
async function startBridge([command = "", ...args]: readonly string[], home: string): Promise<Program> {
  const child = spawn(command, [...args, "--no-stdio", "--mcp-http"], { env: cleanEnvironment(home) });
  const bridge = new Program("the bridge", child);
  await bridge.until(/ listening url=/, READY_MS);
  return bridge;
}

/** Some hosts keep the bridge's log for themselves, so its port is asked. */
async function untilReady(info: () => Promise<unknown>, host: Program, output: () => string): Promise<void> {
  const until = Date.now() + START_MS;
  let ended = false;
  host.exited.finally(() => (ended = true)).catch(() => undefined);
  for (;;) {
    try {
      await info();
      return;
    } catch (error) {
      if (ended || Date.now() > until)
        throw new Error(`The bridge is not ready: ${String(error)}\n${output()}`, { cause: error });
      await sleep(50);
    }
  }
}
