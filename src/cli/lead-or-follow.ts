/**
 * A host starts one bridge a window, and all of them are to be one address: the process that gets the port leads, and
 * the others lend it their hosts. When the leader goes, one of them gets the port.
 */
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bridge } from "../bridge.ts";
import type { Config } from "../config/schema.ts";
import { RelayRefused } from "../hosts/relay/connect.ts";
import type { Logger } from "../observability/log.ts";
import { clientUrl } from "./address.ts";
import { cannotListen } from "./cannot-listen.ts";
import { CliError } from "./failure.ts";
import {
  leaderFile,
  LeaderFileError,
  readLeader,
  removeLeader,
  writeLeader,
  type Leader,
} from "./leader-file.ts";
import { whoHolds } from "./who-holds.ts";

/** Waits before each next try. A leader that has just begun writes its file within the first ones. */
const RETRY_MS = [25, 50, 100, 200, 400, 1000];
/** After so many tries a problem is real. */
const PATIENCE = 4;
/** When a leader goes, its followers do not all come at the same moment. */
const JITTER_MS = 100;

export interface LeadOptions {
  readonly config: Pick<Config, "host" | "port" | "apiKey" | "stateDir">;
  /** What a follower must know to be let in. */
  readonly secret: string;
  readonly log: Logger;
  /** Ends the trying. */
  readonly signal: AbortSignal;
}

/** What is left to do when a process that leads ends. */
export type StepDown = () => Promise<void>;

/**
 * Resolves when this process leads; until then it lends its hosts, or waits and says why.
 *
 * @throws CliError when the address cannot be used at all.
 */
export async function leadOrFollow(
  bridge: Pick<Bridge, "start" | "lend" | "waits">,
  options: LeadOptions,
): Promise<StepDown> {
  const { config, log, signal } = options;
  const file = leaderFile(config.stateDir, config.port);
  let tries = 0;
  let told: string | undefined;
  while (!signal.aborted) {
    if (await started(bridge, config)) return lead(file, options);
    try {
      if (await follow(bridge, file, options)) {
        [tries, told] = [0, undefined];
        await pause(Math.random() * JITTER_MS, signal);
        continue;
      }
    } catch (error) {
      if (!(error instanceof RelayRefused || error instanceof LeaderFileError)) throw error;
      if (tries >= PATIENCE) {
        const problem = await problemOf(error, config);
        bridge.waits(problem);
        if (problem !== told) log.error({ host: config.host, port: config.port }, problem);
        told = problem;
      }
    }
    await pause(RETRY_MS[Math.min(tries, RETRY_MS.length - 1)] ?? 0, signal);
    tries += 1;
  }
  return () => Promise.resolve();
}

/** Whether the port is ours. */
async function started(
  bridge: Pick<Bridge, "start">,
  { host, port }: LeadOptions["config"],
): Promise<boolean> {
  try {
    await bridge.start();
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    if (code === "EADDRINUSE") return false;
    throw new CliError(cannotListen(host, port, code ?? String(error)));
  }
}

async function lead(file: string, { config, secret, log }: LeadOptions): Promise<StepDown> {
  // Nobody looks for a port that the system has chosen.
  if (config.port === 0) return () => Promise.resolve();
  const url = clientUrl(config.host, config.port);
  const entry: Leader = { pid: process.pid, url, secret, keys: keyDigest(config.apiKey, secret) };
  try {
    await writeLeader(file, entry);
  } catch (error) {
    if (!(error instanceof LeaderFileError)) throw error;
    log.warn(`Other windows cannot join this bridge: ${error.message}`);
  }
  return () => removeLeader(file, entry);
}

/** Lends our hosts to the process that leads, until it goes. @throws RelayRefused, LeaderFileError */
async function follow(bridge: Pick<Bridge, "lend">, file: string, options: LeadOptions): Promise<boolean> {
  const { config, log, signal } = options;
  const leader = await readLeader(file);
  if (leader === undefined) throw new LeaderFileError("It left no file by which to join it.");
  const { url, secret } = leader;
  const lending = await bridge.lend({ url, auth: { secret } }, signal).catch((error: unknown) => {
    // It was not refused but ended by us.
    if (signal.aborted) return undefined;
    throw error;
  });
  if (lending === undefined) return false;
  log.info(
    { url, leader: leader.pid },
    `Another bridge leads on port ${config.port}; this one lends it its host.`,
  );
  if (leader.keys !== keyDigest(config.apiKey, secret)) {
    log.warn(
      "The bridge that leads has other keys than this one is configured with; clients need those of the leader.",
    );
  }
  await lending.closed;
  if (!signal.aborted) log.warn({ url }, "The bridge that led has gone.");
  return true;
}

async function problemOf(error: Error, { host, port }: LeadOptions["config"]): Promise<string> {
  const holder = await whoHolds(clientUrl(host, port));
  return (
    `Port ${port} is taken by ${holder}. ${error.message} ` +
    `Waiting until the port is free or its bridge can be joined; to have one of your own give this one another --port.`
  );
}

/** Tells whether two processes have the same keys, and nothing else. */
function keyDigest(keys: readonly string[], secret: string): string {
  return createHmac("sha256", secret)
    .update([...keys].sort().join("\n"))
    .digest("base64url");
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
