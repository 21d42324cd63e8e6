/** The secret of a named key: `mcptb_<id>_<secret>`. The id finds the key, and only a digest of the secret is kept. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const FORM = /^mcptb_([0-9a-f]{12})_([\w-]{43})$/;
const ID_BYTES = 6;
const SECRET_BYTES = 32;

export interface Secret {
  /** The complete text that its owner sends. */
  readonly text: string;
  readonly id: string;
  readonly digest: string;
}

export function makeSecret(): Secret {
  const id = randomBytes(ID_BYTES).toString("hex");
  const text = `mcptb_${id}_${randomBytes(SECRET_BYTES).toString("base64url")}`;
  return { text, id, digest: digestOf(text) };
}

/** The id in a text that has the form of such a secret. */
export function idIn(text: string): string | undefined {
  return FORM.exec(text)?.[1];
}

/** The secret is random and as long as its digest, so one round of a fast hash is enough. */
function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** Compared in constant time. */
export function fitsDigest(text: string, digest: string): boolean {
  const [one, other] = [Buffer.from(digestOf(text)), Buffer.from(digest)];
  return one.length === other.length && timingSafeEqual(one, other);
}
