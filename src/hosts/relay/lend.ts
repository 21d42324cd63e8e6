/** The side that has hosts: tells of them, and runs turns at them for the other side. */
import { setTimeout as delay } from "node:timers/promises";
import { BridgeError, toBridgeError } from "../../turn/error.ts";
import type { Host } from "../host.ts";
import { Channel, type ChannelOptions } from "./channel.ts";
import { MAX_HOSTS, toLender, WINDOW, type LentInfo, type ToLender } from "./protocol.ts";
import { encodeError, encodeEvent, type WireError } from "./turn-schema.ts";
import { Window } from "./window.ts";

/** How often hosts are looked at for changes that no turn shows. */
const LOOK_MS = 250;

export interface LendOptions extends Pick<ChannelOptions<ToLender>, "socket" | "raw"> {
  /** The hosts there are at the moment. */
  readonly hosts: () => readonly Host[];
  readonly onClosed: (fault: string | undefined) => void;
  /** A turn failed for a reason that the other side is not told. */
  readonly onDefect: (thrown: unknown) => void;
}

type ToBorrowerJson =
  | { readonly type: "host"; readonly info: LentInfo }
  | { readonly type: "host-gone"; readonly host: string }
  | { readonly type: "event"; readonly id: number; readonly event: unknown }
  | { readonly type: "end"; readonly id: number; readonly error?: WireError };

interface Turn {
  readonly ending: AbortController;
  readonly window: Window;
}

export class Lender {
  readonly #options: LendOptions;
  readonly #channel: Channel<ToLender, ToBorrowerJson>;
  readonly #timer: NodeJS.Timeout;
  /** What the other side knows of each host. */
  readonly #told = new Map<string, string>();
  readonly #turns = new Map<number, Turn>();
  #stopping = false;
  #idle: (() => void) | undefined;

  constructor(options: LendOptions) {
    this.#options = options;
    this.#channel = new Channel({
      ...options,
      incoming: toLender,
      onMessage: (message) => this.#onMessage(message),
      onClosed: (fault) => this.#onClosed(fault),
    });
    this.#timer = setInterval(() => this.#tell(), LOOK_MS);
    this.#tell();
  }

  /** Takes no more turns, gives those that run `drainMs` milliseconds, and ends the connection. */
  async stop(drainMs: number): Promise<void> {
    this.#stopping = true;
    this.#tell();
    if (this.#turns.size > 0) {
      const timeUp = new AbortController();
      const idle = new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
      await Promise.race([idle, delay(drainMs, undefined, { signal: timeUp.signal })]);
      timeUp.abort();
    }
    this.#channel.close();
  }

  #onMessage(message: ToLender): void {
    switch (message.type) {
      case "run":
        if (this.#turns.has(message.id)) throw new Error("a turn's number came twice");
        void this.#run(message);
        break;
      case "credit":
        this.#turns.get(message.id)?.window.grant(message.size);
        break;
      case "cancel":
        this.#turns.get(message.id)?.ending.abort(left());
        break;
      default:
        message satisfies never;
    }
  }

  async #run({ id, host: hostId, request }: ToLender & { type: "run" }): Promise<void> {
    const turn = { ending: new AbortController(), window: new Window(WINDOW) };
    const { signal } = turn.ending;
    this.#turns.set(id, turn);
    let error: BridgeError | undefined;
    try {
      const host = this.#hosts().find((candidate) => candidate.id === hostId);
      if (host === undefined) throw new BridgeError("host_gone", "The MCP host has gone.");
      for await (const event of host.run(request, signal)) {
        await turn.window.open(signal);
        // What this event has changed about the host is known before the event.
        this.#tell();
        turn.window.spend(this.#channel.send({ type: "event", id, event: encodeEvent(event) }));
      }
    } catch (thrown) {
      error = toBridgeError(thrown);
      if (error.code === "internal") this.#options.onDefect(thrown);
    }
    this.#turns.delete(id);
    this.#tell();
    this.#channel.send({ type: "end", id, ...(error !== undefined && { error: encodeError(error) }) });
    if (this.#turns.size === 0) this.#idle?.();
  }

  #hosts(): readonly Host[] {
    return this.#stopping ? [] : this.#options.hosts().slice(0, MAX_HOSTS);
  }

  /** Tells what has changed about the hosts. */
  #tell(): void {
    const hosts = this.#hosts();
    for (const host of hosts) {
      const { transport: _, ...info } = host.describe();
      const text = JSON.stringify(info);
      if (this.#told.get(host.id) === text) continue;
      this.#told.set(host.id, text);
      this.#channel.send({ type: "host", info });
    }
    for (const id of this.#told.keys()) {
      if (hosts.some((host) => host.id === id)) continue;
      this.#told.delete(id);
      this.#channel.send({ type: "host-gone", host: id });
    }
  }

  #onClosed(fault: string | undefined): void {
    clearInterval(this.#timer);
    for (const { ending } of this.#turns.values()) ending.abort(left());
    this.#options.onClosed(fault);
  }
}

/** Nobody waits for the answer any more. */
function left(): BridgeError {
  return new BridgeError("client_left", "The client left before its answer was complete.");
}
