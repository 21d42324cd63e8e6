/** What an operator asks members of a cluster, and what they answer: their hosts in pages, and orders. */
import * as z from "zod";
import { first, shown, type Immutable } from "../../util/shape.ts";
import { SUBJECTS, type Broker, type BrokerMessage } from "./broker.ts";
import type { Party } from "./handshake.ts";
import { readJson } from "./read-json.ts";
import { isProof, proofOf } from "./seal.ts";

/** Hosts in one message. */
const PAGE = 100;
/** Pages that one member may have. */
const MOST_PAGES = 100;
/** How far the clocks of two machines may be apart, and how long an order is good. */
const FRESH_MS = 60_000;
const WITHIN_MS = 3000;

const count = z.int().nonnegative().max(1_000_000).catch(0);

const lentHost = z.object({
  label: shown(100),
  name: shown(60),
  running: count,
  queued: count,
  draining: z.boolean(),
});
export type LentHost = Immutable<z.output<typeof lentHost>>;

const pageWish = z.object({ from: z.int().nonnegative(), at: z.number(), proof: z.string().max(64) });
const page = z.object({ hosts: first(lentHost, PAGE), next: z.int().positive().exactOptional() });

const order = z.object({ label: z.string().max(100), drain: z.boolean() });
/** Gives a host no new turns, or gives it turns again. */
export type Order = Immutable<z.output<typeof order>>;
const signedOrder = order.extend({ at: z.number(), proof: z.string().max(64) });
const done = z.object({ known: z.boolean() });

export function answerPage(
  { broker, id, secret }: Party,
  { data, reply }: BrokerMessage,
  lent: () => readonly LentHost[],
): void {
  const asked = readJson(data, pageWish);
  if (asked === undefined || reply === undefined) return;
  const { from, at, proof } = asked;
  if (!isFresh(at) || !isProof(proof, secret, ["hosts", id, String(from), String(at)])) return;
  const all = lent();
  const next = from + PAGE;
  const said = { hosts: all.slice(from, next), ...(next < all.length && { next }) };
  broker.publish(reply, Buffer.from(JSON.stringify(said)));
}

export function answerOrder(
  { broker, id, secret }: Party,
  { data, reply }: BrokerMessage,
  obey: (order: Order) => boolean,
): void {
  const asked = readJson(data, signedOrder);
  if (asked === undefined || reply === undefined) return;
  const { label, drain, at, proof } = asked;
  if (!isFresh(at) || !isProof(proof, secret, ["order", id, label, String(drain), String(at)])) return;
  broker.publish(reply, Buffer.from(JSON.stringify({ known: obey({ label, drain }) })));
}

type Operator = Pick<Party, "broker" | "secret">;

/** The hosts of a member; nothing when it does not answer, as one with another secret does not. */
export async function hostsOf({ broker, secret }: Operator, member: string): Promise<LentHost[] | undefined> {
  const hosts: LentHost[] = [];
  let from = 0;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const at = Date.now();
    const proof = proofOf(secret, ["hosts", member, String(from), String(at)]);
    const given = await ask(broker, SUBJECTS.hosts(member), { from, at, proof }, page);
    if (given === undefined) return undefined;
    hosts.push(...given.hosts);
    if (given.next === undefined || given.next <= from) break;
    from = given.next;
  }
  return hosts;
}

/** Whether the member has such a host; nothing when it does not answer. */
export async function tell(
  { broker, secret }: Operator,
  member: string,
  { label, drain }: Order,
): Promise<boolean | undefined> {
  const at = Date.now();
  const proof = proofOf(secret, ["order", member, label, String(drain), String(at)]);
  return (await ask(broker, SUBJECTS.order(member), { label, drain, at, proof }, done))?.known;
}

async function ask<Answer>(
  broker: Broker,
  subject: string,
  asked: unknown,
  schema: z.ZodType<Answer>,
): Promise<Answer | undefined> {
  const inbox = broker.inbox();
  return new Promise((resolve) => {
    const settle = (given: Answer | undefined): void => {
      clearTimeout(timer);
      unsubscribe();
      resolve(given);
    };
    const unsubscribe = broker.subscribe(inbox, ({ data, nobodyListens }) =>
      settle(nobodyListens ? undefined : readJson(data, schema)),
    );
    const timer = setTimeout(() => settle(undefined), WITHIN_MS);
    broker.publish(subject, Buffer.from(JSON.stringify(asked)), inbox);
  });
}

function isFresh(at: number): boolean {
  return Math.abs(Date.now() - at) < FRESH_MS;
}
