import { pino } from "pino";
import { onTestFinished } from "vitest";
import { createBridge, type Bridge } from "../../../src/bridge/bridge.ts";
import type { Lending } from "../../../src/bridge/lenders.ts";
import { loadConfig } from "../../../src/config/load.ts";
import type { Config } from "../../../src/config/settings.ts";
import type { Host } from "../../../src/hosts/host.ts";
import type { RelayAuth } from "../../../src/hosts/relay/connect.ts";

export interface LendingBridge {
  readonly bridge: Bridge;
  readonly lending: Lending;
  /** Takes a host of its away. */
  readonly detach: (host: Host) => void;
}

/** A bridge in this process that serves no clients and lends these hosts to the one at `url`. */
export async function lendTo(
  url: string,
  auth: RelayAuth,
  hosts: readonly Host[],
  settings: Partial<Record<keyof Config, unknown>> = {},
): Promise<LendingBridge> {
  const bridge = createBridge(
    loadConfig({ flags: { drainMs: 100, ...settings }, env: {} }),
    pino({ level: "silent" }),
  );
  const detachers = new Map(hosts.map((host) => [host, bridge.attach(host)]));
  const ending = new AbortController();
  onTestFinished(async () => {
    ending.abort();
    await bridge.stop();
  });
  const lending = await bridge.lend({ url, auth }, ending.signal);
  return { bridge, lending, detach: (host) => detachers.get(host)?.() };
}
