/**
 * A relay's link through a broker. The broker may lose what it was given (at a reconnection, above all), and says little of who has
 * died, so each frame has a number: one that is missing ends the link, one that comes twice is passed over, and one that the other
 * side has not sealed was never there. Both sides say regularly how much they have got; that shows that they live, and bounds
 * what is on its way at once, so that the broker takes nobody for a slow consumer.
 */
import type { Link, LinkEnd, LinkEvents } from "../relay/link.ts";
import type { Broker, BrokerMessage } from "./broker.ts";
import { decodeFrame, encodeFrame, FRAME_EXTRA, type Frame, type FrameKind } from "./frame.ts";

/** How often a side says that it is there: while turns are open, and otherwise. */
const LOOK_OPEN_MS = 250;
const LOOK_IDLE_MS = 2000;
/** So many looks in a row without a frame, and the other side is taken for gone. Time in which we slept does not count. */
const SILENT_OPEN = 20;
const SILENT_IDLE = 5;
/** Bytes on their way at once, and after how many the other side says that it has got them. */
const IN_FLIGHT = 1_048_576;
const TELL_EVERY = IN_FLIGHT / 4;
/** Bytes of one frame at most, whatever the broker takes. */
const PIECE = 262_144;
/** Bytes that may wait for a side that does not read. */
const MOST_WAITING = 160 * 1_048_576;
/** Frames that may come before the keys are agreed on. */
const MOST_EARLY = 64;

const NEWLINE = 0x0a;
const NOTHING = Buffer.alloc(0);

export interface BrokerLinkOptions {
  readonly broker: Broker;
  /** Where our frames go, and where theirs come. */
  readonly far: string;
  readonly near: string;
  /** Bytes that a text of theirs may have. */
  readonly longest: number;
}

export interface BrokerLinkKeys {
  readonly sealing: Buffer;
  readonly opening: Buffer;
}

export class BrokerLink implements Link {
  readonly #options: BrokerLinkOptions;
  readonly #piece: number;
  readonly #unsubscribe: () => void;
  readonly #unwatch: () => void;
  #keys: BrokerLinkKeys | undefined;
  #events: LinkEvents | undefined;
  #early: BrokerMessage[] = [];
  #timer: NodeJS.Timeout | undefined;
  #attends = false;
  #everyMs = LOOK_IDLE_MS;
  #closed = false;
  /** What waits to be sent, and how much of it. */
  #out: Buffer[] = [];
  #waiting = 0;
  #flushing = false;
  /** Bytes of texts that were sent, and of those the other side has got. */
  #sent = 0;
  #taken = 0;
  /** Texts whose last byte was sent. */
  #textsSent = 0;
  /** Numbers of the next frames. */
  #nextOut = 0;
  #nextIn = 0;
  /** Pieces of a text that is not whole. */
  #part: Buffer[] = [];
  #partBytes = 0;
  /** Bytes of texts that came, and how many of them the other side has been told of. */
  #got = 0;
  #told = 0;
  #silent = 0;

  constructor(options: BrokerLinkOptions) {
    const { broker, near } = options;
    this.#options = options;
    this.#piece = Math.max(1, Math.min(PIECE, broker.maxPayload - FRAME_EXTRA));
    this.#unsubscribe = broker.subscribe(`${near}.>`, (message) => this.#onMessage(message));
    this.#unwatch = broker.onReconnect(() => this.#tellCount());
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** With these the link can be opened. */
  agree(keys: BrokerLinkKeys): this {
    this.#keys = keys;
    return this;
  }

  open(events: LinkEvents): void {
    this.#events = events;
    this.#lookEvery(this.#attends ? LOOK_OPEN_MS : LOOK_IDLE_MS);
    this.#tellCount();
    const early = this.#early;
    this.#early = [];
    for (const message of early) this.#onMessage(message);
  }

  send(text: string): void {
    if (this.#closed) return;
    const bytes = Buffer.from(`${text}\n`);
    this.#out.push(bytes);
    this.#waiting += bytes.length;
    if (this.#waiting > MOST_WAITING) {
      this.#end("it does not read what it is sent");
      return;
    }
    if (this.#flushing) return;
    this.#flushing = true;
    // What is sent in one go leaves in one frame. A tick comes when no promise can go on.
    process.nextTick(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  close(end: LinkEnd): void {
    if (this.#closed) return;
    if (end === "done") this.#flush();
    this.#sendFrame("bye", NOTHING);
    this.#settle();
  }

  attend(turns: boolean): void {
    this.#attends = turns;
    // Turns come and go fast: what is looked at often stays so until its next look.
    if (turns && this.#everyMs === LOOK_IDLE_MS) this.#lookEvery(LOOK_OPEN_MS);
  }

  #onMessage(message: BrokerMessage): void {
    if (this.#closed) return;
    const keys = this.#keys;
    if (keys === undefined || this.#events === undefined) {
      if (this.#early.length < MOST_EARLY) this.#early.push(message);
      return;
    }
    if (message.nobodyListens) {
      const unheard = Number(message.subject.slice(this.#options.near.length).replace(/^\.unheard\./, ""));
      // Frames that were sent after it may not have come either, and those that did are passed over: a number is missing.
      if (Number.isSafeInteger(unheard) && unheard >= 0) this.#end(undefined, unheard);
      return;
    }
    const frame = decodeFrame(keys.opening, message.data);
    if (frame === undefined || frame.number < this.#nextIn) return;
    if (frame.number > this.#nextIn) {
      this.#sendFrame("bye", NOTHING);
      this.#end("something of what it sent was lost on the way");
      return;
    }
    this.#nextIn += 1;
    this.#silent = 0;
    this.#onFrame(frame);
  }

  #onFrame({ kind, body }: Frame): void {
    switch (kind) {
      case "data":
        this.#onData(body);
        break;
      case "count":
        if (body.length === 8) this.#taken = Math.min(this.#sent, Number(body.readBigUInt64BE()));
        this.#flush();
        break;
      case "bye":
        this.#end(undefined);
        break;
      default:
        kind satisfies never;
    }
  }

  #onData(body: Buffer): void {
    this.#got += body.length;
    if (this.#got - this.#told >= TELL_EVERY) this.#tellCount();
    let from = 0;
    for (let end = body.indexOf(NEWLINE); end >= 0; end = body.indexOf(NEWLINE, from)) {
      this.#onText(body.subarray(from, end));
      if (this.#closed) return;
      from = end + 1;
    }
    if (from < body.length) this.#keep(body.subarray(from));
  }

  #onText(last: Buffer): void {
    const whole = this.#part.length === 0 ? last : Buffer.concat([...this.#part, last]);
    this.#part = [];
    this.#partBytes = 0;
    if (whole.length > this.#options.longest) this.#violated();
    else this.#events?.onText(whole.toString("utf8"));
  }

  #keep(piece: Buffer): void {
    this.#part.push(piece);
    this.#partBytes += piece.length;
    if (this.#partBytes > this.#options.longest) this.#violated();
  }

  #violated(): void {
    this.#sendFrame("bye", NOTHING);
    this.#end("a message is too large");
  }

  /** Sends what may be on its way. */
  #flush(): void {
    while (!this.#closed && this.#waiting > 0 && this.#sent - this.#taken < IN_FLIGHT) {
      // What would be lost waits for the connection; the looks end the link if that takes too long.
      if (!this.#options.broker.isConnected) return;
      const pieces: Buffer[] = [];
      let room = this.#piece;
      let texts = 0;
      while (room > 0) {
        const [first] = this.#out;
        if (first === undefined) break;
        const piece = first.subarray(0, room);
        if (piece.length < first.length) this.#out[0] = first.subarray(room);
        else {
          this.#out.shift();
          texts += 1;
        }
        pieces.push(piece);
        room -= piece.length;
      }
      const [only] = pieces;
      const body = pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
      this.#waiting -= body.length;
      this.#sent += body.length;
      this.#sendFrame("data", body);
      this.#textsSent += texts;
    }
  }

  #sendFrame(kind: FrameKind, body: Buffer): void {
    const { broker, far, near } = this.#options;
    if (this.#keys === undefined || this.#closed) return;
    const frame = encodeFrame(this.#keys.sealing, { kind, number: this.#nextOut, body });
    this.#nextOut += 1;
    broker.publish(`${far}.frame`, frame, `${near}.unheard.${this.#textsSent}`);
  }

  #tellCount(): void {
    if (this.#events === undefined || !this.#options.broker.isConnected) return;
    const body = Buffer.alloc(8);
    body.writeBigUInt64BE(BigInt(this.#got));
    this.#told = this.#got;
    this.#sendFrame("count", body);
    this.#flush();
  }

  #lookEvery(ms: number): void {
    if (this.#closed || this.#events === undefined) return;
    clearInterval(this.#timer);
    this.#everyMs = ms;
    this.#silent = 0;
    this.#timer = setInterval(() => this.#look(), ms);
  }

  #look(): void {
    this.#silent += 1;
    const isOften = this.#everyMs === LOOK_OPEN_MS;
    if (this.#silent > (isOften ? SILENT_OPEN : SILENT_IDLE)) {
      this.#sendFrame("bye", NOTHING);
      this.#end("it has been silent too long");
      return;
    }
    this.#tellCount();
    if (isOften && !this.#attends) this.#lookEvery(LOOK_IDLE_MS);
  }

  /** What was not sent whole was not heard either, whatever else is not known. */
  #end(fault: string | undefined, unheard?: number): void {
    if (this.#settle()) this.#events?.onClosed(fault, Math.min(this.#textsSent, unheard ?? Infinity));
  }

  /** Whether it was open until now. */
  #settle(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    clearInterval(this.#timer);
    this.#unsubscribe();
    this.#unwatch();
    this.#out = [];
    this.#part = [];
    this.#waiting = 0;
    return true;
  }
}
