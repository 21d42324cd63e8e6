/**
 * Two processes of one user show each other that they know a secret, without sending it: each side answers the other's
 * random number with an HMAC over both. The side that accepts answers first, so that a stranger who has taken its port
 * learns nothing and is given nothing.
 */
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { WebSocket } from "ws";
import * as z from "zod";

const NONCE_BYTES = 32;
/** 32 bytes in base64url. */
const bytes32 = z.string().regex(/^[\w-]{43}$/);

const hello = z.strictObject({ nonce: bytes32 });
const answer = z.strictObject({ nonce: bytes32, proof: bytes32 });
const reply = z.strictObject({ proof: bytes32 });
const welcome = z.strictObject({ welcome: z.literal(true) });

/** The other side does not know the secret, or says something else. */
export class Unproven extends Error {
  override readonly name = "Unproven";
}

type Role = "lender" | "borrower";

/** For the side that accepts. @throws Unproven */
export async function proveAsBorrower(socket: WebSocket, secret: string, signal: AbortSignal): Promise<void> {
  const { nonce: theirs } = await receive(socket, hello, signal);
  const ours = randomNonce();
  const reading = receive(socket, reply, signal);
  send(socket, { nonce: ours, proof: proofOf("borrower", secret, theirs, ours) });
  check((await reading).proof, proofOf("lender", secret, theirs, ours));
}

/** For the side that connects; the other must prove itself first. @throws Unproven */
export async function proveAsLender(socket: WebSocket, secret: string, signal: AbortSignal): Promise<void> {
  const ours = randomNonce();
  const reading = receive(socket, answer, signal);
  send(socket, { nonce: ours });
  const { nonce: theirs, proof: given } = await reading;
  check(given, proofOf("borrower", secret, ours, theirs));
  send(socket, { proof: proofOf("lender", secret, ours, theirs) });
}

/** Says that everything is in order; what comes after belongs to the relay. */
export function sendWelcome(socket: WebSocket): void {
  send(socket, { welcome: true });
}

/** Waits for the other side's word that everything is in order. @throws Unproven */
export async function receiveWelcome(socket: WebSocket, signal: AbortSignal): Promise<void> {
  await receive(socket, welcome, signal);
}

function proofOf(role: Role, secret: string, lender: string, borrower: string): string {
  return createHmac("sha256", secret).update(`${role} ${lender} ${borrower}`).digest("base64url");
}

function check(given: string, wanted: string): void {
  if (!timingSafeEqual(Buffer.from(given), Buffer.from(wanted)))
    throw new Unproven("it does not know the secret");
}

function randomNonce(): string {
  return randomBytes(NONCE_BYTES).toString("base64url");
}

function send(socket: WebSocket, message: unknown): void {
  socket.send(JSON.stringify(message));
}

async function receive<Message>(
  socket: WebSocket,
  schema: z.ZodType<Message>,
  signal: AbortSignal,
): Promise<Message> {
  const text = await nextMessage(socket, signal);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Unproven("it does not speak our protocol");
  }
  const { data, success } = schema.safeParse(value);
  if (!success) throw new Unproven("it does not speak our protocol");
  return data;
}

function nextMessage(socket: WebSocket, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      socket.off("message", onMessage);
      socket.off("close", onClose);
      signal.removeEventListener("abort", onAbort);
    };
    const onMessage = (data: Buffer): void => {
      settle();
      resolve(data.toString("utf8"));
    };
    const onClose = (): void => {
      settle();
      reject(new Unproven("it closed the connection"));
    };
    const onAbort = (): void => {
      settle();
      reject(new Unproven("it did not answer in time"));
    };
    if (signal.aborted) {
      onAbort();
      return;
    }
    socket.on("message", onMessage);
    socket.on("close", onClose);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
