/**
 * The two sides of a relay prove to each other that they know the same secret, without sending it: each answers the
 * other's random number with an HMAC. The signed text contains the side, the protocol, the connection and both numbers,
 * so that a proof is valid for one side, once, and cannot be forwarded to another connection by an attacker in between.
 *
 * Processes of one user know a random secret of the leader. The leader proves itself first, so that a foreign program
 * on its port learns nothing; the connection is identified by its two endpoints, which both sides see alike. A host on
 * another machine knows a key that a person has chosen. There the lender proves itself first, so that nobody who finds
 * the bridge can guess its keys; the connection is identified by the address that the lender uses for the bridge,
 * because there may be proxies in between.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Socket } from "node:net";
import type { WebSocket } from "ws";
import * as z from "zod";
import { nextMessage, Refusal, Unproven } from "./greeting.ts";
import { RELAY_PROTOCOL } from "./protocol.ts";

const NONCE_BYTES = 32;
/** 32 bytes in base64url. */
const bytes32 = z.string().regex(/^[\w-]{43}$/);

/** `to`: the bridge's address, sent by a lender that knows a key. */
const hello = z.strictObject({ nonce: bytes32, to: z.string().max(300).exactOptional() });
const challenge = z.strictObject({ nonce: bytes32 });
const answer = z.strictObject({ nonce: bytes32, proof: bytes32 });
const reply = z.strictObject({ proof: bytes32 });
const welcome = z.strictObject({ welcome: z.literal(true), proof: bytes32.exactOptional() });

type Role = "lender" | "borrower";

/** The secrets of the accepting side. */
export interface Known {
  /** The secret of this user's processes on this machine; absent where the other side cannot be one of them. */
  readonly secret: string | undefined;
  readonly keys: readonly string[];
  /** Whether an address is one of this bridge. */
  readonly isOurs: (url: string) => boolean;
}

/** The secret of the connecting side: the leader's secret, or a key and the address of its bridge. */
export type Proving = { readonly secret: string } | { readonly key: string; readonly to: string };

/** A connection that will become a relay. */
export interface Greeting {
  readonly socket: WebSocket;
  /** The underlying connection. */
  readonly raw: Socket;
  readonly signal: AbortSignal;
}

/** The proof of the accepting side; ends with its confirmation. @throws Unproven */
export async function proveAsBorrower(greeting: Greeting, known: Known): Promise<void> {
  const { nonce: theirs, to } = await receive(greeting, hello);
  const ours = randomNonce();
  const nonces = { lender: theirs, borrower: ours };
  if (to === undefined) {
    if (known.secret === undefined) throw new Unproven("it has no key", Refusal.key);
    const place = endsOf(greeting.raw, "borrower");
    const reading = receive(greeting, reply);
    send(greeting, { nonce: ours, proof: proofOf("borrower", known.secret, place, nonces) });
    if (!isEqual((await reading).proof, proofOf("lender", known.secret, place, nonces))) {
      throw new Unproven("it does not know the secret");
    }
    sendWelcome(greeting.socket);
    return;
  }
  if (!known.isOurs(to)) throw new Unproven("it wants a bridge at another address", Refusal.address);
  const reading = receive(greeting, reply);
  send(greeting, { nonce: ours });
  const { proof } = await reading;
  // Every key is tried, in constant time.
  const [key] = known.keys.filter((candidate) => isEqual(proof, proofOf("lender", candidate, to, nonces)));
  if (key === undefined) throw new Unproven("it does not know a host key", Refusal.key);
  send(greeting, { welcome: true, proof: proofOf("borrower", key, to, nonces) });
}

/** The proof of the connecting side. @throws Unproven */
export async function proveAsLender(greeting: Greeting, proving: Proving): Promise<void> {
  const ours = randomNonce();
  if ("secret" in proving) {
    const { secret } = proving;
    const place = endsOf(greeting.raw, "lender");
    const reading = receive(greeting, answer);
    send(greeting, { nonce: ours });
    const { nonce: theirs, proof } = await reading;
    const nonces = { lender: ours, borrower: theirs };
    if (!isEqual(proof, proofOf("borrower", secret, place, nonces))) {
      throw new Unproven("it does not know the secret");
    }
    const ending = receive(greeting, welcome);
    send(greeting, { proof: proofOf("lender", secret, place, nonces) });
    await ending;
    return;
  }
  const { key, to } = proving;
  const reading = receive(greeting, challenge);
  send(greeting, { nonce: ours, to });
  const nonces = { lender: ours, borrower: (await reading).nonce };
  const ending = receive(greeting, welcome);
  send(greeting, { proof: proofOf("lender", key, to, nonces) });
  const { proof = "" } = await ending;
  if (!isEqual(proof, proofOf("borrower", key, to, nonces))) throw new Unproven("it does not know the key");
}

/** Sends the confirmation; the following messages belong to the relay. */
export function sendWelcome(socket: WebSocket): void {
  socket.send(JSON.stringify({ welcome: true }));
}

function proofOf(role: Role, secret: string, place: string, nonces: Readonly<Record<Role, string>>): string {
  const signed = JSON.stringify([RELAY_PROTOCOL, role, place, nonces.lender, nonces.borrower]);
  return createHmac("sha256", secret).update(signed).digest("base64url");
}

/** Both endpoints of a connection on this machine, in the same text on both sides. */
function endsOf({ localAddress, localPort, remoteAddress, remotePort }: Socket, role: Role): string {
  const near = endOf(localAddress, localPort);
  const far = endOf(remoteAddress, remotePort);
  return role === "lender" ? `${near} to ${far}` : `${far} to ${near}`;
}

/** One side of a connection may see an IPv4 address in IPv6 form. */
function endOf(address = "", port = 0): string {
  return `${address.replace(/^::ffff:/, "")} ${port}`;
}

function isEqual(given: string, wanted: string): boolean {
  return given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
}

function randomNonce(): string {
  return randomBytes(NONCE_BYTES).toString("base64url");
}

function send({ socket }: Greeting, message: unknown): void {
  socket.send(JSON.stringify(message));
}

async function receive<Message>(greeting: Greeting, schema: z.ZodType<Message>): Promise<Message> {
  const text = await nextMessage(greeting.socket, greeting.signal);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Unproven("it does not use our protocol");
  }
  const { data, success } = schema.safeParse(value);
  if (!success) throw new Unproven("it does not use our protocol");
  return data;
}
