/** Several processes of the real program on one port, as the windows of an editor start them. */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { freePort } from "../../../src/joining/free-port.ts";
import type { ScriptedHostOptions } from "../hosts/scripted-host.ts";
import { spawnBridge, type SpawnedBridge } from "./spawned-bridge.ts";

export interface Windows {
  readonly url: string;
  readonly port: number;
  /** Where they find each other. */
  readonly stateDir: string;
  /** Opens one more, with its handshake done; `withHost` false leaves that out. */
  readonly open: (
    options?: ScriptedHostOptions,
    flags?: readonly string[],
    withHost?: boolean,
  ) => Promise<SpawnedBridge>;
  /** Waits until that many hosts can be asked; the milliseconds it took. */
  readonly ready: (hosts: number) => Promise<number>;
}

export async function windows(): Promise<Windows> {
  const port = await freePort("127.0.0.1", 0);
  const url = `http://127.0.0.1:${port}`;
  const stateDir = await mkdtemp(path.join(tmpdir(), "mcptb-windows-"));
  await chmod(stateDir, 0o700);
  const opened: SpawnedBridge[] = [];
  onTestFinished(async () => {
    await Promise.all(opened.map((bridge) => bridge.kill()));
    await rm(stateDir, { recursive: true, force: true });
  });
  return {
    url,
    port,
    stateDir,
    async open(options = {}, flags = [], withHost = true) {
      const bridge = spawnBridge(options, ["--port", String(port), "--state-dir", stateDir, ...flags]);
      opened.push(bridge);
      if (withHost) await bridge.host.initialize();
      return bridge;
    },
    async ready(hosts) {
      const began = performance.now();
      for (;;) {
        const answer = await fetch(`${url}/ready`).catch(() => undefined);
        const state = (await answer?.json().catch(() => undefined)) as { hosts: unknown[] } | undefined;
        if (state?.hosts.length === hosts) return performance.now() - began;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}

/**
 * Opens so many windows at once and ends them: one as a host does that closes, one by a signal, one by a host that is
 * killed, and so on. Settles when every process has ended.
 */
export async function openAndClose(open: Windows["open"], count: number): Promise<void> {
  const ends: readonly ((window: SpawnedBridge) => void)[] = [
    ({ host }) => host.close(),
    ({ child }) => void child.kill("SIGTERM"),
    // What is left of a host that was killed: both ends of its pipes are closed at once.
    ({ child }) => {
      child.stdout?.destroy();
      child.stdin?.destroy();
    },
  ];
  const opened = await Promise.all(Array.from({ length: count }, () => open()));
  for (const [index, window] of opened.entries()) ends[index % ends.length]?.(window);
  await Promise.all(opened.map(({ exited }) => exited));
}
