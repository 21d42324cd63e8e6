/** The side that has hosts: announces them, and runs turns at them for the other side. */
import { setTimeout as delay } from "node:timers/promises";
import { turnRequest, type TurnRequest } from "../../turn/request.ts";
import { BridgeError, toBridgeError } from "../../turn/error.ts";
import { encodeEvent } from "../../turn/event.ts";
import { failureOf, type Failure } from "../../turn/failure.ts";
import type { Host } from "../host.ts";
import { Channel, type ChannelOptions } from "./channel.ts";
import {
  BORROWER_TAKES,
  LENDER_TAKES,
  lentInfo,
  toLender,
  WINDOW,
  type LentInfo,
  type ToLender,
} from "./protocol.ts";

import { Window } from "./window.ts";

/** Interval at which hosts are checked for changes outside of turns. */
const LOOK_MS = 250;

/** Limits for the other side: running turns, and characters of their requests. */
const MOST_TURNS = 1024;
const MOST_CHARACTERS = 256 * 1_048_576;
/** Maximum number of messages about finished turns: those that may have been in transit when each turn ended. */
const STRAYS_A_TURN = 100;

export interface LendOptions extends Pick<ChannelOptions<ToLender>, "link"> {
  /** The current hosts. Each enforces its own limits: the other side may ask for more at once than they accept. */
  readonly hosts: () => readonly Host[];
  /** So many of them at most. */
  readonly mostHosts: number;
  readonly onClosed: (fault: string | undefined) => void;
  /** Called when a turn failed, or a host cannot be announced, for a reason that is not sent to the other side. */
  readonly onDefect: (thrown: unknown) => void;
}

type ToBorrowerJson =
  | { readonly type: "host"; readonly info: LentInfo }
  | { readonly type: "host-gone"; readonly host: string }
  | { readonly type: "event"; readonly id: number; readonly event: unknown }
  | { readonly type: "end"; readonly id: number; readonly error?: Failure };

interface Turn {
  readonly ending: AbortController;
  readonly window: Window;
}

type Run = ToLender & { readonly type: "run" };

export class Lender {
  readonly #options: LendOptions;
  readonly #channel: Channel<ToLender, ToBorrowerJson>;
  readonly #timer: NodeJS.Timeout;
  /** The last description of each host, whether it could be announced or not. */
  readonly #seen = new Map<string, string>();
  /** The announced hosts. */
  readonly #told = new Set<string>();
  readonly #turns = new Map<number, Turn>();
  /** The highest number of a turn so far, and how many turns there were. */
  #last = -1;
  #begun = 0;
  #strays = 0;
  /** Characters of the requests of running turns. */
  #held = 0;
  #stopping = false;
  #idle: (() => void) | undefined;

  constructor(options: LendOptions) {
    this.#options = options;
    this.#channel = new Channel({
      ...options,
      incoming: toLender,
      takes: LENDER_TAKES,
      longest: BORROWER_TAKES.bytes,
      onMessage: (message, size) => this.#onMessage(message, size),
      onClosed: (fault) => this.#onClosed(fault),
    });
    this.#timer = setInterval(() => this.#tell(), LOOK_MS);
    this.#tell();
  }

  /** Refuses new turns, gives running ones `drainMs` milliseconds, and ends the connection. */
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

  #onMessage(message: ToLender, size: number): void {
    switch (message.type) {
      case "run":
        if (message.id <= this.#last) throw new Error("the number of a turn is repeated or too low");
        this.#last = message.id;
        this.#begun += 1;
        void this.#run(message, size);
        break;
      case "credit":
        this.#turn(message.id)?.window.grant(message.size);
        break;
      case "cancel":
        this.#turn(message.id)?.ending.abort(left());
        break;
      default:
        message satisfies never;
    }
  }

  /** The turn of a message, if it is still running. @throws Error when there are too many messages about others. */
  #turn(id: number): Turn | undefined {
    const turn = this.#turns.get(id);
    if (turn?.ending.signal.aborted === false) return turn;
    this.#strays += 1;
    if (this.#strays > STRAYS_A_TURN * (this.#begun + 1))
      throw new Error("it sends messages about turns that do not run");
    return undefined;
  }

  /** Never rejects. */
  async #run(run: Run, size: number): Promise<void> {
    const { id } = run;
    const error = await this.#answer(run, size).then(
      () => undefined,
      (thrown: unknown) => {
        const told = toBridgeError(thrown);
        if (told.code === "internal") this.#options.onDefect(thrown);
        return told;
      },
    );
    this.#tell();
    this.#channel.send({ type: "end", id, ...(error !== undefined && { error: failureOf(error) }) });
    if (this.#turns.size === 0) this.#idle?.();
  }

  /** Sends the events of a turn. @throws BridgeError, or the host's error, which ends the turn. */
  async #answer({ id, host: hostId, request }: Run, size: number): Promise<void> {
    if (this.#turns.size >= MOST_TURNS || this.#held + size > MOST_CHARACTERS) {
      throw new BridgeError("queue_full", "The bridge that has the MCP host is busy with other requests.", {
        unheard: true,
      });
    }
    const host = this.#hosts().find((candidate) => candidate.id === hostId);
    if (host === undefined)
      throw new BridgeError("host_gone", "The MCP host has disconnected.", { unheard: true });
    const asked = readRequest(request);
    const turn = { ending: new AbortController(), window: new Window(WINDOW) };
    const { signal } = turn.ending;
    this.#turns.set(id, turn);
    this.#channel.attend(true);
    this.#held += size;
    try {
      for await (const event of host.run(asked, signal)) {
        await turn.window.open(signal);
        // A change of the host by this event is sent before the event.
        if (this.#seen.has(host.id)) this.#tellOf(host);
        turn.window.spend(this.#channel.send({ type: "event", id, event: encodeEvent(event) }));
      }
    } finally {
      this.#turns.delete(id);
      this.#channel.attend(this.#turns.size > 0);
      this.#held -= size;
    }
  }

  #hosts(): readonly Host[] {
    return this.#stopping ? [] : this.#options.hosts().slice(0, this.#options.mostHosts);
  }

  /** Announces changes of the hosts. Never throws. */
  #tell(): void {
    const hosts = this.#hosts();
    for (const host of hosts) this.#tellOf(host);
    for (const id of this.#seen.keys()) {
      if (hosts.some((host) => host.id === id)) continue;
      this.#seen.delete(id);
      if (this.#told.delete(id)) this.#channel.send({ type: "host-gone", host: id });
    }
  }

  /** Never throws. */
  #tellOf(host: Host): void {
    try {
      this.#tellNew(host);
    } catch (thrown) {
      this.#options.onDefect(thrown);
    }
  }

  #tellNew(host: Host): void {
    const info = host.describe();
    // The other side counts the running turns itself; the number changes with each turn.
    const text = JSON.stringify({ ...info, running: 0 });
    if (this.#seen.get(host.id) === text) return;
    this.#seen.set(host.id, text);
    // Texts are cut as the other side would cut them.
    this.#channel.send({ type: "host", info: lentInfo.parse(info) });
    this.#told.add(host.id);
  }

  #onClosed(fault: string | undefined): void {
    clearInterval(this.#timer);
    for (const { ending } of this.#turns.values()) ending.abort(left());
    this.#options.onClosed(fault);
  }
}

/** @throws BridgeError `invalid_request` */
function readRequest(request: unknown): TurnRequest {
  const { data, error } = turnRequest.safeParse(request);
  if (data !== undefined) return data;
  const place = error?.issues[0]?.path.join(".") ?? "";
  throw new BridgeError(
    "invalid_request",
    `This part of the request cannot be passed on to another bridge: ${place}.`,
  );
}

/** The error of a turn whose client has left. */
function left(): BridgeError {
  return new BridgeError("client_left", "The client left before its answer was complete.");
}
