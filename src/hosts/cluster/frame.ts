/** What one message of the broker carries for a link: its kind and number, which anyone may see, and a sealed body. */
import { seal, unseal } from "./seal.ts";

/** Pieces of the texts; how many bytes came so far, by which the other side sees also that we live; the end. */
const KINDS = ["data", "count", "bye"] as const;
export type FrameKind = (typeof KINDS)[number];

export interface Frame {
  readonly kind: FrameKind;
  /** From 0, one more with each frame of a side. */
  readonly number: number;
  readonly body: Buffer;
}

const HEAD_BYTES = 9;
/** What a frame has beside its body: head and tag. */
export const FRAME_EXTRA = HEAD_BYTES + 16;

export function encodeFrame(key: Buffer, { kind, number, body }: Frame): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = KINDS.indexOf(kind);
  head.writeBigUInt64BE(BigInt(number), 1);
  return seal(key, number, head, body);
}

/** Nothing for what the other side has not sent. */
export function decodeFrame(key: Buffer, bytes: Uint8Array): Frame | undefined {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = KINDS[all[0] ?? KINDS.length];
  if (all.length < FRAME_EXTRA || kind === undefined) return undefined;
  const number = Number(all.readBigUInt64BE(1));
  if (!Number.isSafeInteger(number)) return undefined;
  const body = unseal(key, number, all.subarray(0, HEAD_BYTES), all.subarray(HEAD_BYTES));
  return body && { kind, number, body };
}
