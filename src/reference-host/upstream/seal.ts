/**
 * What is kept for an upstream, as a text that travels through clients: encrypted and authenticated (AES-256-GCM) with
 * a key of this host, and bound to the upstream and the model. It opens only where it was made.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import * as z from "zod";
import { kept, type Kept } from "./kept.ts";

const PREFIX = "mcptb1.";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Characters of a sealed text; what would be longer is not sealed. */
const LONGEST = 1_048_576;
/** Bytes of what a seal holds. */
const LARGEST = 8 * 1_048_576;

export class Seals {
  readonly #key: Buffer;
  /** The upstream's address and API. */
  readonly #upstream: string;

  /** `key`: 32 bytes. */
  constructor(key: Buffer, upstream: string) {
    this.#key = key;
    this.#upstream = upstream;
  }

  /** `undefined` for what is too large to travel. */
  seal(items: readonly Kept[], model: string): string | undefined {
    const plain = deflateRawSync(JSON.stringify(items));
    if (plain.length * 1.4 > LONGEST) return undefined;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    cipher.setAAD(this.#bound(model));
    const body = Buffer.concat([cipher.update(plain), cipher.final()]);
    return PREFIX + Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64url");
  }

  /** `undefined` for what was not made by this host for this upstream and model, or is damaged. */
  open(sealed: string, model: string): readonly Kept[] | undefined {
    if (!sealed.startsWith(PREFIX) || sealed.length > LONGEST) return undefined;
    const bytes = Buffer.from(sealed.slice(PREFIX.length), "base64url");
    if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAAD(this.#bound(model));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      const body = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
      const plain = inflateRawSync(Buffer.concat([body, decipher.final()]), { maxOutputLength: LARGEST });
      return z.array(kept).safeParse(JSON.parse(plain.toString("utf8"))).data;
    } catch {
      return undefined;
    }
  }

  #bound(model: string): Buffer {
    return Buffer.from(JSON.stringify([this.#upstream, model]));
  }
}
