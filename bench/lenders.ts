import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { StdioTransport } from "../src/hosts/mcp/stdio.ts";
import { type ReferenceHost, startReferenceHost } from "../src/reference-host/host.ts";
import type { Model as LentModel } from "../src/reference-host/model.ts";
import { httpTransport } from "../src/reference-host/transport.ts";
import { attachHost } from "./host.ts";
import type { Model } from "./model.ts";
import { BRIDGE, type Subject, freePort, startServer } from "./subject.ts";

/** How a host reaches the bridge. Hosts here are the official SDK 2.x client, whose own work is in every figure. */
export interface Way {
  readonly transport: "stdio" | "HTTP";
  readonly era: "legacy" | "modern";
  /** With our streaming extension, a word a delta. */
  readonly streams: boolean;
}

export async function startWay(
  name: string,
  { transport, era, streams }: Way,
  model: Model,
): Promise<Subject> {
  const lent = { name: "bench-host", model: lend(model, streams), streams, tools: streams, era };
  if (transport === "HTTP") return startHttpHosts(name, [lent]);
  const port = await freePort();
  let host: ReferenceHost | undefined;
  const subject = await startServer(name, port, inEra(BRIDGE, era), async ({ stdin, stdout }) => {
    host = await startReferenceHost({ ...lent, transport: new StdioTransport(stdout, stdin) });
    await ready(port, 1);
  });
  return { ...subject, stop: () => subject.stop().then(() => host?.close()) };
}

/** A bridge with a pool of so many hosts, which come over HTTP. */
export function startPool(name: string, size: number, model: Model): Promise<Subject> {
  const hosts = Array.from({ length: size }, (_, at) => ({
    name: `bench-host-${at}`,
    model: lend(model, false),
    streams: false,
    tools: false,
    era: "legacy" as const,
  }));
  return startHttpHosts(name, hosts);
}

/** A host that speaks one era only needs a bridge of that era. */
function inEra(command: readonly string[], era: Way["era"]): string[] {
  return [...command, "--mcp-era", era];
}

type Lent = Omit<Parameters<typeof startReferenceHost>[0], "transport">;

async function startHttpHosts(name: string, lent: readonly Lent[]): Promise<Subject> {
  const port = await freePort();
  const hosts: ReferenceHost[] = [];
  const url = new URL(`http://127.0.0.1:${port}/mcp`);
  const command = [...inEra(BRIDGE, lent[0]?.era ?? "legacy"), "--mcp-http", "--no-stdio"];
  const subject = await startServer(name, port, command, async () => {
    await ready(port, 0);
    for (const one of lent) {
      hosts.push(await startReferenceHost({ ...one, transport: httpTransport(url, undefined) }));
    }
    await ready(port, lent.length);
  });
  return {
    ...subject,
    async stop() {
      await Promise.all(hosts.map((host) => host.close()));
      await subject.stop();
    },
  };
}

/** Two processes on one port: the one that leads has no host, the one that follows lends it its own. */
export async function startFollower(name: string, model: Model): Promise<Subject> {
  const stateDir = await mkdtemp(join(tmpdir(), "mcptb-bench-"));
  await chmod(stateDir, 0o700);
  const port = await freePort();
  const command = [...BRIDGE, "--state-dir", stateDir];
  const leader = await startServer(name, port, [...command, "--mcp-http", "--no-stdio"], () =>
    ready(port, 0),
  );
  const stopLeader = async (): Promise<void> => {
    await leader.stop();
    await rm(stateDir, { recursive: true, force: true });
  };
  try {
    const follower = await startServer(`${name}, follower`, port, command, async ({ stdin, stdout }) => {
      await attachHost(stdout, stdin, model);
      await ready(port, 1);
    });
    return {
      ...leader,
      async usage(collect) {
        const [one, other] = [await leader.usage(collect), await follower.usage(collect)];
        return one && other && sum(one, other);
      },
      stop: () => follower.stop().then(stopLeader),
    };
  } catch (error) {
    await stopLeader();
    throw error;
  }
}

type Used = NonNullable<Awaited<ReturnType<Subject["usage"]>>>;

const sum = (one: Used, other: Used): Used => ({
  cpuMicros: one.cpuMicros + other.cpuMicros,
  rss: one.rss + other.rss,
  heapBytes: one.heapBytes + other.heapBytes,
});

/** The benchmark's model as the SDK's hosts lend it. */
function lend(model: Model, streams: boolean): LentModel {
  return async ({ params, emit }) => {
    const slot = Number(/slot=(\d+)/.exec(JSON.stringify(params.messages.at(-1)?.content))?.[1]);
    const text = await new Promise<string>((resolve) => model.ask(slot, resolve));
    if (streams) {
      for (const word of text.match(/\s*\S+|\s+$/g) ?? []) await emit({ type: "text", text: word });
    }
    return {
      role: "assistant",
      content: { type: "text", text },
      model: "bench-model",
      stopReason: "endTurn",
    };
  };
}

/** Waits until the bridge has so many hosts, at most a minute. */
async function ready(port: number, hosts: number): Promise<void> {
  for (let attempt = 0; attempt < 1_200; attempt += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/ready`).catch(() => undefined);
    const state = (await answer?.json().catch(() => undefined)) as { hosts?: unknown[] } | undefined;
    if (state?.hosts?.length === hosts) return;
    await delay(50);
  }
  throw new Error(`the bridge on port ${port} did not get its ${hosts} hosts`);
}
