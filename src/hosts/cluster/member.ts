/**
 * One process in a cluster: it says that it is there, lends its hosts to all who ask, and asks each other member that has hosts for
 * them. A link that has ended is asked for again as long as its member is heard of.
 */
import { randomBytes } from "node:crypto";
import { safeLine } from "../../util/safe-line.ts";
import type { Link } from "../relay/link.ts";
import { SUBJECTS, type Broker, type BrokerMessage } from "./broker.ts";
import { acceptLink, LinkRefused, openLink, type Party } from "./handshake.ts";
import { answerOrder, answerPage, type LentHost, type Order } from "./operate.ts";
import { BEAT_MS, encodePresence, Members, readPresence, type Presence } from "./presence.ts";

/** How soon others are told that the first host has come, or the last one has gone. */
const LOOK_MS = 250;
/** Members that are asked for a link at the same time, and how long one that has refused is left alone. */
const MOST_OPENING = 16;
const RETRY_MS = 2000;
const LONGEST_RETRY_MS = 30_000;
/** Links that one member lends its hosts over. */
const MOST_BORROWERS = 1024;

export interface MemberOptions {
  readonly broker: Broker;
  readonly name: string;
  readonly version: string;
  readonly secret: string;
  /** What this process lends at the moment. */
  readonly lent: () => readonly LentHost[];
  /** Uses the hosts that are lent over a link; `onClosed` is called when it has ended. */
  readonly borrow: (link: Link, lender: Presence, onClosed: (fault: string | undefined) => void) => void;
  /** Lends over a link; `onClosed` is called when it has ended. */
  readonly lend: (link: Link, onClosed: (fault: string | undefined) => void) => void;
  /** Does what an operator has said. @returns whether there is such a host. */
  readonly obey: (order: Order) => boolean;
  readonly onNotice: (message: string) => void;
}

interface Trouble {
  readonly failures: number;
  readonly until: number;
  readonly told: string;
}

export class Member {
  readonly id = randomBytes(16).toString("base64url");
  readonly #options: MemberOptions;
  readonly #members = new Members();
  /** Members whose hosts are used, or are being asked for. */
  readonly #linked = new Set<string>();
  readonly #troubles = new Map<string, Trouble>();
  readonly #ends: (() => void)[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  #opening = 0;
  #borrowers = 0;
  #hadHosts = false;
  #leaving = false;

  constructor(options: MemberOptions) {
    this.#options = options;
  }

  join(): void {
    const { broker } = this.#options;
    const inbox = broker.inbox();
    const on = (subject: string, onMessage: (message: BrokerMessage) => void): void => {
      this.#ends.push(broker.subscribe(subject, onMessage));
    };
    on(SUBJECTS.here, ({ data }) => this.#heard(data));
    on(inbox, ({ data }) => this.#heard(data));
    on(SUBJECTS.who, ({ reply }) => {
      if (reply !== undefined) broker.publish(reply, encodePresence(this.#presence()));
    });
    on(SUBJECTS.open(this.id), (message) => this.#asked(message));
    const { secret, lent, obey } = this.#options;
    on(SUBJECTS.hosts(this.id), (message) => answerPage(this.#party(), message, lent));
    on(SUBJECTS.order(this.id), (message) => answerOrder({ broker, id: this.id, secret }, message, obey));
    const greet = (): void => {
      this.#beat();
      broker.publish(SUBJECTS.who, Buffer.alloc(0), inbox);
    };
    this.#ends.push(broker.onReconnect(greet));
    this.#timers.push(
      setInterval(() => this.#beat(), BEAT_MS),
      setInterval(() => this.#look(), LOOK_MS),
    );
    greet();
  }

  /** Says that it goes, and takes no further links; those that are open are for their owners to end. */
  leave(): void {
    this.#leaving = true;
    for (const timer of this.#timers) clearInterval(timer);
    this.#beat();
    for (const end of this.#ends) end();
  }

  #party(): Party {
    const { broker, secret } = this.#options;
    return { broker, id: this.id, secret };
  }

  #presence(): Presence {
    const { name, version, lent } = this.#options;
    const hosts = lent();
    const running = hosts.reduce((sum, host) => sum + host.running, 0);
    return {
      protocol: 1,
      id: this.id,
      name,
      version,
      hosts: hosts.filter(({ draining }) => !draining).length,
      running,
      leaving: this.#leaving,
    };
  }

  #beat(): void {
    const said = this.#presence();
    this.#hadHosts = said.hosts > 0;
    this.#options.broker.publish(SUBJECTS.here, encodePresence(said));
  }

  #look(): void {
    const has = this.#options.lent().some(({ draining }) => !draining);
    if (has !== this.#hadHosts) this.#beat();
    for (const member of this.#members.all()) this.#want(member);
    for (const [id, { until }] of this.#troubles) {
      if (performance.now() > until + LONGEST_RETRY_MS) this.#troubles.delete(id);
    }
  }

  #heard(data: Uint8Array): void {
    const said = readPresence(data);
    if (said === undefined || said.id === this.id) return;
    this.#members.heard(said);
    this.#want(said);
  }

  /** Asks for the hosts of a member, unless that has been done. */
  #want(member: Presence): void {
    if (this.#leaving || member.leaving || member.hosts === 0) return;
    if (this.#linked.has(member.id) || this.#opening >= MOST_OPENING) return;
    if ((this.#troubles.get(member.id)?.until ?? 0) > performance.now()) return;
    this.#linked.add(member.id);
    this.#opening += 1;
    void this.#link(member).finally(() => {
      this.#opening -= 1;
    });
  }

  /** Never rejects. */
  async #link(member: Presence): Promise<void> {
    const { onNotice, borrow } = this.#options;
    try {
      const link = await openLink(this.#party(), member.id);
      if (this.#leaving) {
        link.close("done");
        return;
      }
      this.#troubles.delete(member.id);
      borrow(link, member, (fault) => {
        this.#linked.delete(member.id);
        // Whoever ends a link over and over is not asked without a pause.
        this.#trouble(member, fault, 0);
        if (fault !== undefined) onNotice(`The link to ${nameOf(member)} was closed: ${fault}.`);
      });
    } catch (error) {
      this.#linked.delete(member.id);
      const reason = error instanceof LinkRefused ? error.message : "it failed";
      const { failures = 0, told } = this.#troubles.get(member.id) ?? {};
      this.#trouble(member, reason, failures + 1);
      if (told !== reason && !this.#leaving)
        onNotice(`${nameOf(member)} does not lend its hosts: ${reason}.`);
    }
  }

  #trouble(member: Presence, told = "", failures: number): void {
    const wait = Math.min(RETRY_MS * 2 ** Math.max(0, failures - 1), LONGEST_RETRY_MS);
    const until = performance.now() + (failures === 0 ? LOOK_MS : wait) * (0.5 + Math.random());
    this.#troubles.set(member.id, { failures, until, told });
  }

  /** Another member asks for our hosts. */
  #asked(message: BrokerMessage): void {
    const { lend, onNotice } = this.#options;
    const link = acceptLink(this.#party(), message, () => {
      if (this.#leaving) return "leaving";
      return this.#borrowers >= MOST_BORROWERS ? "full" : undefined;
    });
    if (link === undefined) return;
    this.#borrowers += 1;
    lend(link, (fault) => {
      this.#borrowers -= 1;
      if (fault !== undefined) onNotice(`A link to a member of the cluster was closed: ${fault}.`);
    });
  }
}

function nameOf({ name }: Presence): string {
  return `The member ${safeLine(name, 60)} of the cluster`;
}
