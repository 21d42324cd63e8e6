/** How two members agree on a link: one message each way, in which each shows that it knows the cluster's secret. */
import { randomBytes } from "node:crypto";
import * as z from "zod";
import { BORROWER_TAKES, LENDER_TAKES } from "../relay/protocol.ts";
import { SUBJECTS, type Broker, type BrokerMessage } from "./broker.ts";
import { BrokerLink } from "./broker-link.ts";
import { memberId } from "./presence.ts";
import { deferred } from "../../util/async.ts";
import { readJson } from "./read-json.ts";
import { isProof, keyPair, linkKeys, proofOf } from "./seal.ts";

/** How long the other side may take to answer. */
const WITHIN_MS = 5000;

/** 32 bytes in base64url. */
const bytes32 = z.string().regex(/^[\w-]{43}$/);
const linkId = z.string().regex(/^[\w-]{22}$/);

const wish = z.object({ link: linkId, from: memberId, key: bytes32, proof: bytes32 });
const consent = z.object({ key: bytes32, proof: bytes32 });
const refusal = z.object({ refused: z.enum(["secret", "full", "leaving"]) });
const answer = z.union([consent, refusal]);
export type RefusedFor = z.output<typeof refusal>["refused"] | "silent" | "nobody";

const REASONS: Readonly<Record<RefusedFor, string>> = {
  secret: "it has another --cluster-secret than this one",
  full: "too many use its hosts already",
  leaving: "it is stopping",
  silent: "it did not answer",
  nobody: "it is not there any more",
};

/** Another member does not lend us its hosts; the message says why. */
export class LinkRefused extends Error {
  override readonly name = "LinkRefused";
  readonly reason: RefusedFor;

  constructor(reason: RefusedFor) {
    super(REASONS[reason]);
    this.reason = reason;
  }
}

export interface Party {
  readonly broker: Broker;
  /** Of this process. */
  readonly id: string;
  readonly secret: string;
}

/** Asks a member for a link, over which it lends its hosts. @throws LinkRefused */
export async function openLink({ broker, id, secret }: Party, lender: string): Promise<BrokerLink> {
  const link = randomBytes(16).toString("base64url");
  const own = keyPair();
  const about = ["open", link, id, lender];
  // What the lender says first may come together with its answer.
  const opened = new BrokerLink({
    broker,
    far: SUBJECTS.link(link, "lender"),
    near: SUBJECTS.link(link, "borrower"),
    longest: BORROWER_TAKES.bytes,
  });
  try {
    const asked = { link, from: id, key: own.shown, proof: proofOf(secret, [...about, own.shown]) };
    const given = await request(broker, SUBJECTS.open(lender), asked);
    if ("refused" in given) throw new LinkRefused(given.refused);
    const said = [...about, own.shown, given.key];
    if (!isProof(given.proof, secret, said)) throw new LinkRefused("secret");
    const shown = { borrower: own.shown, lender: given.key };
    const name = { link, borrower: id, lender };
    const keys = linkKeys(own, given.key, { name, shown, secret });
    return opened.agree({ sealing: keys.borrower, opening: keys.lender });
  } catch (error) {
    opened.close("violation");
    // A key that is none.
    throw error instanceof LinkRefused ? error : new LinkRefused("secret");
  }
}

/**
 * Answers a member that asks for a link.
 *
 * @param mayHave why it may have none, if so.
 */
export function acceptLink(
  { broker, id, secret }: Party,
  { data, reply }: BrokerMessage,
  mayHave: () => "full" | "leaving" | undefined,
): BrokerLink | undefined {
  const asked = readJson(data, wish);
  if (asked === undefined || reply === undefined) return undefined;
  const { link, from, key, proof } = asked;
  const about = ["open", link, from, id, key];
  const answerWith = (said: z.input<typeof answer>): void =>
    broker.publish(reply, Buffer.from(JSON.stringify(said)));
  const refused = isProof(proof, secret, about) ? mayHave() : "secret";
  if (refused !== undefined) {
    answerWith({ refused });
    return undefined;
  }
  const own = keyPair();
  let keys;
  try {
    const shown = { borrower: key, lender: own.shown };
    keys = linkKeys(own, key, { name: { link, borrower: from, lender: id }, shown, secret });
  } catch {
    // A key that is none.
    answerWith({ refused: "secret" });
    return undefined;
  }
  const accepted = new BrokerLink({
    broker,
    far: SUBJECTS.link(link, "borrower"),
    near: SUBJECTS.link(link, "lender"),
    longest: LENDER_TAKES.bytes,
  }).agree({ sealing: keys.lender, opening: keys.borrower });
  answerWith({ key: own.shown, proof: proofOf(secret, [...about, own.shown]) });
  return accepted;
}

/** @throws LinkRefused */
async function request(broker: Broker, subject: string, asked: unknown): Promise<z.output<typeof answer>> {
  const inbox = broker.inbox();
  const { promise, resolve, reject } = deferred<z.output<typeof answer>>();
  const unsubscribe = broker.subscribe(inbox, ({ data, nobodyListens }) => {
    const given = nobodyListens ? undefined : readJson(data, answer);
    if (given === undefined) reject(new LinkRefused(nobodyListens ? "nobody" : "silent"));
    else resolve(given);
  });
  const timer = setTimeout(() => reject(new LinkRefused("silent")), WITHIN_MS);
  try {
    broker.publish(subject, Buffer.from(JSON.stringify(asked)), inbox);
    return await promise;
  } finally {
    clearTimeout(timer);
    unsubscribe();
  }
}
