import type { Host } from "../hosts/host.ts";
import { BridgeError } from "../turn/error.ts";
import { ANYONE, type Principal } from "../turn/principal.ts";
import type { TurnRequest } from "../turn/request.ts";
import { type AttachedHost, canTake, choose } from "./choose.ts";
import { asItsModel, withItsModel } from "./its-model.ts";
import { lentHost } from "./lent-host.ts";
import { droppedMedia } from "./media.ts";
import { onceAWindow } from "./once-a-window.ts";
import { Queue, type QueueOptions } from "./queue.ts";
import { Stickiness } from "./stickiness.ts";

/** An attached host and its queue. */
export interface Place {
  readonly host: Host;
  /** The name with which clients choose it. */
  readonly label: string;
  readonly queue: Queue;
  readonly health: Health;
}

/** The host for a turn. */
export interface Picked extends Place {
  readonly info: AttachedHost;
}

interface Entry extends Place {
  draining: boolean;
}

export interface PoolOptions extends QueueOptions {
  /** Limits of single hosts, by label. */
  readonly limits?: ReadonlyMap<string, Partial<QueueOptions>>;
  /** What follows the labels of hosts of this process, where other processes know them too. */
  readonly suffix?: string;
}

export interface Wish {
  /** The sender, who owns the conversation. */
  readonly principal?: Principal;
  /** The label of the host that the client names. */
  readonly label?: string | undefined;
  /** Only hosts that send their answers in deltas, or only hosts that do not. */
  readonly deltas?: boolean;
}

/** The hosts that are attached right now. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #sticky = new Stickiness();

  constructor(options: PoolOptions) {
    this.#options = options;
  }

  /** Attaches a host; the returned function detaches it and ends the turns that wait for it. */
  attach(host: Host): () => void {
    const { label, transport } = host.describe();
    const entry: Entry = {
      host,
      // Other members of a cluster know their hosts by the same label.
      label: this.#unique(label, transport === "cluster" ? "" : (this.#options.suffix ?? "")),
      queue: new Queue({ ...this.#options, ...this.#options.limits?.get(label) }),
      health: new Health(),
      draining: false,
    };
    this.#entries.set(host.id, entry);
    return () => {
      if (this.#entries.get(host.id) === entry) this.#entries.delete(host.id);
      entry.queue.close(
        new BridgeError(
          "host_gone",
          `The MCP host (${host.describe().name}) disconnected while the request was waiting for it.`,
        ),
      );
    };
  }

  /** An attached host as another bridge uses it: with the limits that it has here. */
  lent(host: Host): Host {
    const entry = this.#entries.get(host.id);
    if (entry?.host !== host) throw new Error("This host is not attached.");
    return lentHost(host, entry);
  }

  describe(): AttachedHost[] {
    return this.survey().map(({ info }) => info);
  }

  /** The hosts as they are right now, each window of an editor once. */
  survey(): Picked[] {
    return onceAWindow([...this.#entries.values()].map((entry) => ({ ...entry, info: infoOf(entry) })));
  }

  /** Turns waiting for a slot at their host. */
  get queued(): number {
    let sum = 0;
    for (const { queue } of this.#entries.values()) sum += queue.queued;
    return sum;
  }

  /**
   * Stops or resumes giving new turns to a host; its running turns continue.
   *
   * @throws BridgeError `not_found`.
   */
  drain(label: string, draining: boolean): void {
    const { host } = this.#named(label);
    const entry = this.#entries.get(host.id);
    if (entry !== undefined) entry.draining = draining;
  }

  /**
   * The host for a turn: the one that the client names; else the one that served the conversation last; else the best
   * of those that can do it, which is the least busy one where nothing else decides.
   *
   * @param all the current hosts, where the caller already has them.
   * @throws BridgeError `not_found`, `no_host`, `host_cannot_sample` or `unsupported_feature`.
   */
  pick(
    request: TurnRequest,
    { label, deltas, principal = ANYONE }: Wish = {},
    all: readonly Picked[] = this.survey(),
  ): Picked {
    if (label !== undefined) this.#named(label);
    const named = (label === undefined ? all : all.filter((place) => place.label === label)).map((place) => ({
      ...place,
      info: asItsModel(place.info, request),
    }));
    const able = withItsModel(named, request).filter(
      ({ info }) => canTake(info, request) && (deltas === undefined || info.abilities.deltas === deltas),
    );
    const last = this.#sticky.hostOf(principal, request.conversation);
    const chosen =
      able.find(({ info: { id, failing, slots } }) => id === last && !failing && slots !== 0) ??
      choose(able, request);
    if (chosen === undefined) {
      throw whyNone(
        named.map(({ info }) => info),
        request,
      );
    }
    this.#sticky.remember(principal, request.conversation, chosen.info.id);
    return chosen;
  }

  #named(label: string): Picked {
    const all = this.survey();
    const found = all.find((known) => known.label === label);
    if (found !== undefined) return found;
    const labels = all.map((known) => known.label);
    const there = labels.length === 0 ? "No host is attached" : `Hosts: ${labels.join(", ")}`;
    throw new BridgeError("not_found", `Unknown MCP host ${label.slice(0, 100)}. ${there}.`);
  }

  #unique(label: string, suffix: string): string {
    const taken = new Set([...this.#entries.values()].map((entry) => entry.label));
    let unique = label + suffix;
    for (let number = 2; taken.has(unique); number += 1) unique = `${label}-${number}${suffix}`;
    return unique;
  }
}

function infoOf({ host, label, queue, health, draining }: Entry): AttachedHost {
  const { running, queued } = queue;
  return { ...host.describe(), label, running, queued, draining, failing: health.failing() };
}

/** The error when no host can take the turn. */
function whyNone(hosts: readonly AttachedHost[], request: TurnRequest): BridgeError {
  const [first] = hosts;
  if (first === undefined) {
    return new BridgeError(
      "no_host",
      "No MCP host is attached to the bridge. Start the server mcp-token-bridge in your MCP host " +
        "(in VS Code: MCP: List Servers > mcp-token-bridge > Start Server); `mcptb doctor` checks the setup.",
    );
  }
  const able = hosts.filter((host) => host.canSample);
  if (able.length === 0) {
    return new BridgeError(
      "host_cannot_sample",
      `The attached MCP host (${first.name}) does not support sampling. ` +
        "Use a host that does, such as VS Code with Copilot.",
    );
  }
  const taking = able.filter((host) => !host.draining);
  if (taking.length === 0) {
    return new BridgeError(
      "no_host",
      `The MCP host (${first.name}) is drained and gets no new requests; resume it with \`mcptb hosts --resume ${first.label}\`.`,
    );
  }
  const [dropped] = taking.flatMap((host) => droppedMedia(request, host) ?? []);
  if (dropped !== undefined) return dropped;
  return new BridgeError("no_host", "No attached MCP host can continue this request.");
}

const FAILURES = 3;
const FOR_MS = 30_000;

/** Whether a host's last turns have failed: for a while other hosts are preferred. */
class Health {
  #failures = 0;
  #until = 0;

  failing(now = performance.now()): boolean {
    return this.#failures >= FAILURES && now < this.#until;
  }

  ended(failed: boolean, now = performance.now()): void {
    this.#failures = failed ? this.#failures + 1 : 0;
    this.#until = now + FOR_MS;
  }
}
