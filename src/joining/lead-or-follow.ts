/**
 * A host starts one bridge for each window, and all of them share one address: the process that gets the port leads,
 * and the others lend it their hosts. When the leader ends, one of them gets the port.
 */
import { createHmac } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bridge } from "../bridge/bridge.ts";
import type { Config } from "../config/settings.ts";
import { RelayRefused } from "../hosts/relay/greeting.ts";
import type { Logger } from "../observability/log.ts";
import { clientUrl } from "./client-url.ts";
import { Backoff, STEADY_MS } from "../util/backoff.ts";
import { CannotListen } from "./cannot-listen.ts";
import {
  leaderFile,
  readLeader,
  removeLeader,
  removeLeaderNow,
  writeLeader,
  type Leader,
} from "./leader-file.ts";
import { OwnFileError } from "../util/own-file.ts";
import { addressOf, rivalsOf } from "./rivals.ts";
import { whoHolds } from "./who-holds.ts";

/** The first wait after a failure. A new leader writes its file within the first few. */
const RETRY_MS = 25;
/** Interval at which the port is checked while waiting: it may be free, or another process may lead. */
const LOOK_MS = 1000;
/** After so many attempts a problem is reported. */
const PATIENCE = 4;
/** When a leader ends, its followers do not all try at the same moment. */
const JITTER_MS = 100;

export interface LeadOptions {
  readonly config: Pick<Config, "host" | "port" | "apiKey" | "stateDir">;
  /** What a follower must know to be accepted. */
  readonly secret: string;
  readonly log: Logger;
  /** How the person gives this process a separate port; the default is the way of the command line. */
  readonly otherPort?: string;
  /** Ends the attempts. */
  readonly signal: AbortSignal;
}

/** The parts of a bridge that leading and following use. */
export type LeadingBridge = Pick<Bridge, "start" | "lend" | "setUnavailable">;

/** The clean-up when a leading process ends. */
export type StepDown = () => Promise<void>;

/**
 * Resolves when this process leads; until then it lends its hosts, or waits and says why.
 *
 * @throws CannotListen when the address cannot be used at all.
 */
export async function leadOrFollow(bridge: LeadingBridge, options: LeadOptions): Promise<StepDown> {
  const { config, log, signal } = options;
  const address = await addressOf(config.host);
  const backoff = new Backoff(RETRY_MS);
  let seen = "";
  let due = 0;
  let told: string | undefined;
  while (!signal.aborted) {
    if (await started(bridge, config)) return lead(address, options);
    const found = await findLeaders(address, config);
    const state = found.map((one) => (one instanceof OwnFileError ? one.message : one.secret)).join();
    if (state !== seen) {
      backoff.reset();
      [seen, due] = [state, 0];
    }
    if (performance.now() >= due) {
      const began = performance.now();
      const problem = await follow(bridge, found, options);
      if (problem === undefined && performance.now() - began >= STEADY_MS) {
        backoff.reset();
        due = performance.now() + Math.random() * JITTER_MS;
      } else due = performance.now() + backoff.failed();
      if (problem === undefined) told = undefined;
      else if (backoff.failures > PATIENCE && !signal.aborted) {
        const words = await wordsFor(problem, address, options);
        bridge.setUnavailable(words);
        if (words !== told) log.error({ host: config.host, port: config.port }, words);
        told = words;
      }
    }
    await pause(Math.min(Math.max(0, due - performance.now()), LOOK_MS), signal);
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
    const problem = CannotListen.from(host, port, error);
    if (problem.reason === "EADDRINUSE") return false;
    throw problem;
  }
}

async function lead(address: string, { config, secret, log }: LeadOptions): Promise<StepDown> {
  // No other process searches for a port that the system has chosen.
  if (config.port === 0) return () => Promise.resolve();
  const file = leaderFile(config.stateDir, config.port, address);
  const url = clientUrl(address, config.port);
  const entry: Leader = { pid: process.pid, url, secret, keys: keyDigest(config.apiKey, secret) };
  // A second signal or a crash ends the process before the normal clean-up.
  const atExit = (): void => removeLeaderNow(file, entry);
  process.once("exit", atExit);
  try {
    await writeLeader(file, entry);
  } catch (error) {
    if (!(error instanceof OwnFileError)) throw error;
    log.warn(`Other windows cannot join this bridge: ${error.message}`);
  }
  return async () => {
    await removeLeader(file, entry);
    process.off("exit", atExit);
  };
}

/** The bridges that may use the port at our address, and files that cannot be used; the likeliest first. */
async function findLeaders(
  address: string,
  { stateDir, port }: LeadOptions["config"],
): Promise<readonly (Leader | OwnFileError)[]> {
  const found = rivalsOf(address).map((rival) =>
    readLeader(leaderFile(stateDir, port, rival), clientUrl(rival, port)).catch((error: unknown) => {
      if (error instanceof OwnFileError) return error;
      throw error;
    }),
  );
  return (await Promise.all(found)).filter((one) => one !== undefined);
}

/** Lends our hosts to a leading process until it ends. @returns why none of them could be joined. */
async function follow(
  bridge: Pick<Bridge, "lend">,
  found: readonly (Leader | OwnFileError)[],
  options: LeadOptions,
): Promise<Error | undefined> {
  let problem: Error = new OwnFileError("It has no file by which to join it.");
  for (const leader of found) {
    try {
      if (leader instanceof OwnFileError) throw leader;
      await lendTo(bridge, leader, options);
      return undefined;
    } catch (error) {
      // We ended it; it was not refused.
      if (options.signal.aborted) return undefined;
      if (!(error instanceof RelayRefused || error instanceof OwnFileError)) throw error;
      problem = error;
    }
  }
  return problem;
}

/** @throws RelayRefused */
async function lendTo(
  bridge: Pick<Bridge, "lend">,
  leader: Leader,
  { config, log, signal }: LeadOptions,
): Promise<void> {
  const { url, secret } = leader;
  const lending = await bridge.lend({ url, auth: { secret } }, signal);
  log.info(
    { url, leader: leader.pid },
    `Another bridge leads on port ${config.port}; this one lends its host to that bridge.`,
  );
  if (leader.keys !== keyDigest(config.apiKey, secret)) {
    log.warn("The leading bridge has other keys than this one; clients need those of the leading bridge.");
  }
  await lending.closed;
  if (!signal.aborted) log.warn({ url }, "The leading bridge has ended.");
}

async function wordsFor(
  problem: Error,
  address: string,
  { config: { port }, otherPort = "choose another --port" }: LeadOptions,
): Promise<string> {
  const holder = await whoHolds(clientUrl(address, port));
  return (
    `Port ${port} is used by ${holder}. ${problem.message} ` +
    `Waiting until the port is free or its bridge can be joined; for a separate bridge ${otherPort}.`
  );
}

/** Shows only whether two processes have the same keys. */
function keyDigest(keys: readonly string[], secret: string): string {
  return createHmac("sha256", secret)
    .update([...keys].sort().join("\n"))
    .digest("base64url");
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
