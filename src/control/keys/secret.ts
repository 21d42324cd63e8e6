/** The secret of a named key: `mcptb_<id>_<secret>`. The id finds it, and what is kept of the rest is a digest. */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

const FORM = /^mcptb_([0-9a-f]{12})_([\w-]{43})$/;
const ID_BYTES = 6;
const SECRET_BYTES = 32;

export interface Secret {
  /** Whole, as its owner sends it. */
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

/** A secret is as random as its digest is long, so that one round of a fast digest is enough. */
function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

/** Compared in the same time whether it fits or not. */
export function fitsDigest(text: string, digest: string): boolean {
  const [one, other] = [Buffer.from(digestOf(text)), Buffer.from(digest)];
  return one.length === other.length && timingSafeEqual(one, other);
}
