/** The current state of the bridge, and a description of it for the person at the host. */
import type { Consent, HostInfo } from "../hosts/host.ts";
import type { Pool } from "../routing/pool.ts";
import { deferred, within } from "../util/async.ts";
import { ERROR_KINDS, type ErrorCode } from "../turn/error-kinds.ts";

/** What this process does with its hosts; `waiting` until it listens or lends. */
export type Standing =
  | { readonly role: "listening"; readonly url: string }
  /** Another of our processes serves the clients of our hosts. */
  | { readonly role: "lending"; readonly url: string }
  | { readonly role: "waiting"; readonly reason: string };

/** How long a status request waits for a bridge that is just starting. Hosts may ask as soon as they are attached, which is when the port is opened. */
const STARTS_WITHIN_MS = 1000;

/** The state of this process, and its activity so far. */
export class Status {
  readonly #activity = new Activity();
  readonly #pool: Pick<Pool, "queued" | "describe">;
  readonly #started = deferred();
  #standing: Standing = { role: "waiting", reason: "The bridge is starting." };

  constructor(pool: Pick<Pool, "queued" | "describe">) {
    this.#pool = pool;
  }

  set(standing: Standing): void {
    this.#standing = standing;
    this.#started.resolve();
  }

  /** Counts a finished turn. */
  turnEnded(error: ErrorCode | undefined): void {
    this.#activity.ended(error);
  }

  async text(): Promise<string> {
    await within(this.#started.promise, STARTS_WITHIN_MS);
    return statusText(this.#state());
  }

  /** The same in one line. */
  line(): string {
    return statusLine(this.#state());
  }

  #state(): BridgeState {
    const { queued } = this.#pool;
    return { standing: this.#standing, activity: this.#activity, queued, hosts: this.#pool.describe() };
  }
}

export interface BridgeState {
  readonly standing: Standing;
  readonly activity: Pick<Activity, "since" | "served" | "lastError">;
  /** Turns waiting for a slot at a host. */
  readonly queued: number;
  readonly hosts: readonly HostInfo[];
}

const CONSENT: Readonly<Record<Consent, string>> = {
  unknown: "not asked yet",
  waiting: "a request has been waiting; the host may be asking you for permission",
  granted: "given",
  denied: "denied",
};

/** A few lines: URL, uptime, requests, hosts and the last error. */
export function statusText(state: BridgeState, now = performance.now()): string {
  const { activity, hosts } = state;
  const { lastError } = activity;
  return [
    ...standingLines(state.standing),
    `Up for ${duration(now - activity.since)}. ${requests(state)}.`,
    ...hosts.map(hostLine),
    lastError === undefined
      ? "No errors so far."
      : `Last error: ${lastError.code} at ${new Date(lastError.at).toISOString()}. ${ERROR_KINDS[lastError.code].remedy}`,
  ].join("\n");
}

/** The same in one line. */
export function statusLine(state: BridgeState): string {
  const consent = state.hosts.find((host) => host.consent === "waiting");
  return [
    standingPhrase(state.standing),
    requests(state),
    ...(consent === undefined ? [] : [`${consent.name} may be asking you for permission`]),
  ].join("; ");
}

function standingLines(standing: Standing): string[] {
  const bases = (url: string): string =>
    `OpenAI clients use ${url}/v1 as base URL, Anthropic clients ${url}.`;
  switch (standing.role) {
    case "listening":
      return [`The bridge listens on ${standing.url}.`, bases(standing.url)];
    case "lending":
      return [
        `The bridge at ${standing.url} serves clients with the model of this host.`,
        bases(standing.url),
      ];
    case "waiting":
      return ["No client can reach this host yet.", standing.reason];
    default:
      return standing satisfies never;
  }
}

function standingPhrase(standing: Standing): string {
  if (standing.role === "waiting") return "not listening";
  return standing.role === "listening" ? `listening on ${standing.url}` : `lends to ${standing.url}`;
}

function requests({ activity, hosts, queued }: BridgeState): string {
  const running = hosts.reduce((sum, host) => sum + host.running, 0);
  return `Requests: ${activity.served} served, ${running} running, ${queued} queued`;
}

function hostLine(host: HostInfo): string {
  const models = host.models.length === 0 ? "none has answered yet" : host.models.slice(0, 5).join(", ");
  const version = host.version === "" ? "" : ` ${host.version}`;
  if (!host.canSample)
    return `Host: ${host.name}${version}. It does not support sampling, so it cannot lend a model.`;
  const base = `Host: ${host.name}${version}. Permission: ${CONSENT[host.consent]}. Models: ${models}.`;
  return [base, ...eraLines(host)].join(" ");
}

/** What the host's era of MCP requires, and what it cannot do. */
function eraLines({ slots, abilities }: HostInfo): string[] {
  if (slots === undefined) return [];
  const open =
    slots === 0
      ? "No call of the tool `hook` is open: the host lends its model only during such a call."
      : `${slots} ${slots === 1 ? "call" : "calls"} of the tool \`hook\` open, each serves one request at a time.`;
  const lacks = [
    ...(abilities.cancel === "no" ? ["A request that was sent to the host cannot be cancelled."] : []),
    ...(abilities.errors
      ? []
      : ["The host does not report a refusal or failure: the request ends at its time limit."]),
  ];
  return [open, ...lacks];
}

/** Milliseconds as text, e.g. `2 h 5 min`. */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Activity of the bridge so far, for the person at the host, without content. */
class Activity {
  /** Start time, in milliseconds of a monotonic clock. */
  readonly since = performance.now();
  #served = 0;
  #lastError: { readonly code: ErrorCode; readonly at: number } | undefined;

  /** Finished turns, including failed ones. */
  get served(): number {
    return this.#served;
  }

  /** `at` is the system time. */
  get lastError(): { readonly code: ErrorCode; readonly at: number } | undefined {
    return this.#lastError;
  }

  /** Counts a finished turn. */
  ended(error: ErrorCode | undefined): void {
    this.#served += 1;
    if (error !== undefined) this.#lastError = { code: error, at: Date.now() };
  }
}
