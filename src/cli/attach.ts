/** `mcptb attach URL`: the MCP server on stdio, whose host is lent to a bridge on another machine. */
import { setTimeout as sleep } from "node:timers/promises";
import { createBridge, type Bridge } from "../bridge/bridge.ts";
import { ConfigError } from "../config/load.ts";
import { windowAround } from "../util/editor-window.ts";
import { isLoopback } from "../util/net.ts";
import type { Config } from "../config/settings.ts";
import { StdioTransport } from "../hosts/mcp/stdio.ts";
import type { RelayAddress } from "../hosts/relay/connect.ts";
import { RelayRefused } from "../hosts/relay/greeting.ts";
import { HostLog } from "../observability/host-log.ts";
import { openLog, type Logger } from "../observability/log.ts";
import { Backoff, STEADY_MS } from "../util/backoff.ts";
import { surviveDefects } from "./last-resort.ts";
import { stopSignal } from "./stop-signal.ts";

const FIRST_RETRY_MS = 500;

export interface AttachOptions {
  /** The bridge's address for its clients. */
  readonly url: string;
  /** Allows plain HTTP to another machine. */
  readonly insecure: boolean;
}

/**
 * Runs until the host disconnects or a signal arrives; a lost connection is opened again.
 *
 * @throws ConfigError when the address or the key cannot be used.
 */
export async function attach(config: Config, options: AttachOptions): Promise<void> {
  const address = addressOf(config, options);
  const hostLog = new HostLog();
  const log = await openLog(config, process.stderr, hostLog);
  surviveDefects(log);
  const bridge = createBridge(config, log);
  const ended = new AbortController();
  let lending: Promise<void> | undefined;
  const reason = await new Promise<string>((resolve, reject) => {
    stopSignal().then(resolve, reject);
    const lend = (): void => {
      lending ??= keepLending(bridge, address, log, ended.signal);
      lending.catch(reject);
    };
    bridge
      .connect(new StdioTransport(process.stdin, process.stdout), {
        hostLog,
        window: windowAround(),
        onAttached: lend,
        onClosed: () => resolve("the host has disconnected"),
      })
      .catch(reject);
  });
  ended.abort();
  log.info({ reason }, "stopping");
  await bridge.stop();
  await lending;
}

/** @throws ConfigError */
export function addressOf(config: Pick<Config, "hostKey">, { url, insecure }: AttachOptions): RelayAddress {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^(?:https?|wss?):$/.test(parsed.protocol)) {
    throw new ConfigError(
      `${JSON.stringify(url)} is not the address of a bridge; give one such as https://bridge.example`,
    );
  }
  const plain = parsed.protocol === "http:" || parsed.protocol === "ws:";
  if (plain && !insecure && !isLoopback(parsed.hostname.replaceAll(/[[\]]/g, ""))) {
    throw new ConfigError(
      `${url} is not encrypted, so others on the network could read the key and every prompt; use https://, or --insecure to allow it`,
    );
  }
  const [key] = config.hostKey;
  if (key === undefined) {
    throw new ConfigError(
      "a bridge on another machine accepts hosts by key; set MCPTB_HOST_KEY to one of its --host-key",
    );
  }
  parsed.protocol = plain ? "http:" : "https:";
  return { url: `${parsed.origin}${parsed.pathname.replace(/(?<!\/)\/+$/, "")}`, auth: { key } };
}

/** Waits longer after each failure in a row, with random jitter. */
async function keepLending(
  bridge: Pick<Bridge, "lend" | "setUnavailable">,
  address: RelayAddress,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  const backoff = new Backoff(FIRST_RETRY_MS);
  let told: string | undefined;
  while (!signal.aborted) {
    try {
      const { closed } = await bridge.lend(address, signal);
      log.info({ url: address.url }, "lending the host");
      told = undefined;
      const began = performance.now();
      await closed;
      if (performance.now() - began >= STEADY_MS) backoff.reset();
      if (!signal.aborted) log.warn({ url: address.url }, "the connection to the bridge has ended");
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof RelayRefused)) throw error;
      bridge.setUnavailable(`${error.message} Retrying until it works.`);
      if (error.message !== told) log.error(error.message);
      told = error.message;
    }
    await sleep(backoff.failed(), undefined, { signal }).catch(() => undefined);
  }
}
