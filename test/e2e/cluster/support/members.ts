/** Members of a cluster in this process. */
import { expect, onTestFinished } from "vitest";
import type { Host } from "../../../../src/hosts/host.ts";
import { startBridge, type RunningBridge } from "../../../support/bridge/start-bridge.ts";
import type { NatsServer } from "./nats.ts";

type Settings = Parameters<typeof startBridge>[0];

/** A bridge that has joined the cluster of these servers, with hosts of its own. */
export async function startMember(
  servers: readonly NatsServer[],
  name: string,
  hosts: readonly Host[] = [],
  settings: Settings = {},
): Promise<RunningBridge> {
  const cluster = servers.map(({ url }) => url).join(",");
  const member = await startBridge({ cluster, clusterName: name, ...settings });
  for (const host of hosts) member.bridge.attach(host);
  onTestFinished(() => member.bridge.stop());
  return member;
}

interface ShownHost {
  readonly label: string;
  readonly transport: string;
  readonly draining: boolean;
}

export async function hostsAt(url: string): Promise<readonly ShownHost[]> {
  return ((await (await fetch(`${url}/ready`)).json()) as { hosts: ShownHost[] }).hosts;
}

/** Waits until a member serves exactly the hosts of these labels. */
export async function serves(url: string, labels: readonly string[]): Promise<void> {
  const sorted = [...labels].sort();
  await expect.poll(async () => (await hostsAt(url)).map(({ label }) => label).sort()).toEqual(sorted);
}
