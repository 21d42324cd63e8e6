import { pino } from "pino";
import { createBridge, type Bridge, type BridgeOptions } from "../../../src/bridge/bridge.ts";
import { loadConfig } from "../../../src/config/load.ts";
import type { Config } from "../../../src/config/settings.ts";
import { STATE_DIR } from "../processes/spawned-bridge.ts";

export interface RunningBridge {
  readonly bridge: Bridge;
  readonly url: string;
  /** What it has logged, parsed. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
}

/** Starts a whole bridge in this process on a free port of the loopback, with settings as a user would give them. */
export async function startBridge(
  settings: Partial<Record<keyof Config, unknown>> = {},
  options: BridgeOptions = {},
): Promise<RunningBridge> {
  const config = loadConfig({ flags: { port: 0, drainMs: 100, stateDir: STATE_DIR, ...settings }, env: {} });
  const log: Readonly<Record<string, unknown>>[] = [];
  const logger = pino(
    { base: null },
    { write: (line) => void log.push(JSON.parse(line) as Record<string, unknown>) },
  );
  const bridge = createBridge(config, logger, options);
  await bridge.start();
  if (bridge.url === undefined) throw new Error("The bridge does not listen.");
  return { bridge, url: bridge.url, log };
}
