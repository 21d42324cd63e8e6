/** The side that serves clients: attaches the hosts that the other side lends, and runs turns at them. */
import { BridgeError } from "../../turn/error.ts";
import { hostEvent, type TurnEvents } from "../../turn/event.ts";
import { errorOf } from "../../turn/failure.ts";
import type { TurnRequest } from "../../turn/request.ts";
import type { Host, HostInfo, HostTransport } from "../host.ts";
import { labelOf } from "../mcp/quirks.ts";
import { Channel, type ChannelOptions } from "./channel.ts";
import {
  BORROWER_TAKES,
  LENDER_TAKES,
  type LentInfo,
  toBorrower,
  type ToBorrower,
  type ToLender,
} from "./protocol.ts";
import { connectionLost, RelayedTurn } from "./relayed-turn.ts";

/** Maximum number of messages about finished turns: those that may have been in transit when each turn ended. */
const STRAYS_A_TURN = 5000;
/** Hosts come and go: so many times an hour as many as a connection may lend at once. */
const ROUNDS_AN_HOUR = 60;

export interface BorrowOptions extends Pick<ChannelOptions<ToBorrower>, "link"> {
  /** How its hosts are said to be reached. */
  readonly transport: HostTransport;
  /** Hosts that the other side may lend. */
  readonly mostHosts: number;
  /** An id for a new host. */
  readonly nextId: () => string;
  /** Attaches a host; the returned function detaches it. */
  readonly attach: (host: Host) => () => void;
  readonly onClosed: (fault: string | undefined) => void;
}

interface Lent {
  readonly host: RelayHost;
  readonly detach: () => void;
}

interface OpenTurn {
  readonly turn: RelayedTurn;
  readonly host: RelayHost;
  /** The place of its request among the messages that were sent. */
  readonly place: number;
}

export class Borrower {
  readonly #options: BorrowOptions;
  readonly #channel: Channel<ToBorrower, ToLender>;
  /** By the ids of the other side. */
  readonly #hosts = new Map<string, Lent>();
  readonly #turns = new Map<number, OpenTurn>();
  readonly #began = performance.now();
  #ids = 0;
  #strays = 0;
  #attached = 0;
  #closed = false;

  constructor(options: BorrowOptions) {
    this.#options = options;
    this.#channel = new Channel({
      ...options,
      incoming: toBorrower,
      takes: BORROWER_TAKES,
      longest: LENDER_TAKES.bytes,
      onMessage: (message, size) => this.#onMessage(message, size),
      onClosed: (fault, unheard) => this.#onClosed(fault, unheard),
    });
  }

  close(): void {
    this.#channel.close();
  }

  #onMessage(message: ToBorrower, size: number): void {
    switch (message.type) {
      case "host":
        this.#lent(message.info);
        break;
      case "host-gone":
        this.#hosts.get(message.host)?.detach();
        this.#hosts.delete(message.host);
        break;
      case "event":
        this.#onEvent(message, size);
        break;
      case "end":
        this.#turn(message.id)?.end(message.error && errorOf(message.error));
        break;
      default:
        message satisfies never;
    }
  }

  #onEvent({ id, event }: ToBorrower & { type: "event" }, size: number): void {
    const turn = this.#turn(id);
    if (turn === undefined) return;
    const { data, success } = hostEvent.safeParse(event);
    if (success) turn.push(data, size);
    else turn.end(new BridgeError("host_failed", "An event of the MCP host's answer has an unknown form."));
  }

  /** The turn of a message, if it is still running. @throws Error when there are too many messages about others. */
  #turn(id: number): RelayedTurn | undefined {
    const turn = this.#turns.get(id)?.turn;
    if (turn?.isOver === false) return turn;
    this.#strays += 1;
    if (this.#strays > STRAYS_A_TURN * (this.#ids + 1))
      throw new Error("it sends messages about turns that do not run");
    return undefined;
  }

  #lent(info: LentInfo): void {
    const known = this.#hosts.get(info.id);
    if (known !== undefined) {
      known.host.update(info);
      return;
    }
    const { mostHosts, transport } = this.#options;
    const hours = (performance.now() - this.#began) / 3_600_000;
    if (this.#hosts.size >= mostHosts || this.#attached >= mostHosts * (1 + hours * ROUNDS_AN_HOUR)) {
      throw new Error("it lends too many hosts");
    }
    this.#attached += 1;
    const host = new RelayHost({ id: this.#options.nextId(), transport }, info, (...turn) =>
      this.#run(...turn),
    );
    this.#hosts.set(info.id, { host, detach: this.#options.attach(host) });
  }

  async *#run(host: RelayHost, request: TurnRequest, signal: AbortSignal): TurnEvents {
    signal.throwIfAborted();
    if (this.#closed) throw connectionLost(host.describe().name, true);
    this.#ids += 1;
    const id = this.#ids;
    const turn = new RelayedTurn();
    const onAbort = (): void => turn.drop(signal.reason as Error);
    this.#turns.set(id, { turn, host, place: this.#channel.sent });
    this.#channel.attend(true);
    signal.addEventListener("abort", onAbort, { once: true });
    let over = false;
    try {
      this.#channel.send({ type: "run", id, host: host.remoteId, request });
      yield* turn.events((size) => this.#channel.send({ type: "credit", id, size }));
      over = true;
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#turns.delete(id);
      this.#channel.attend(this.#turns.size > 0);
      if (!over) this.#channel.send({ type: "cancel", id });
    }
  }

  #onClosed(fault: string | undefined, unheard = Infinity): void {
    this.#closed = true;
    for (const { detach } of this.#hosts.values()) detach();
    this.#hosts.clear();
    for (const { turn, host, place } of this.#turns.values()) {
      turn.end(connectionLost(host.describe().name, place >= unheard));
    }
    this.#options.onClosed(fault);
  }
}

/** Runs a turn at the host with this id at the other side. */
type RunThere = (host: RelayHost, request: TurnRequest, signal: AbortSignal) => TurnEvents;

/** A host that another of our processes lends. */
class RelayHost implements Host {
  readonly id: string;
  /** Its id at the other side. */
  readonly remoteId: string;
  readonly #transport: HostTransport;
  readonly #run: RunThere;
  #info: LentInfo;

  constructor({ id, transport }: Pick<HostInfo, "id" | "transport">, info: LentInfo, run: RunThere) {
    this.id = id;
    this.#transport = transport;
    this.remoteId = info.id;
    this.#info = info;
    this.#run = run;
  }

  update(info: LentInfo): void {
    this.#info = info;
  }

  describe(): HostInfo {
    return { ...this.#info, id: this.id, label: labelOf(this.#info.label), transport: this.#transport };
  }

  run(request: TurnRequest, signal: AbortSignal): TurnEvents {
    return this.#run(this, request, signal);
  }
}
