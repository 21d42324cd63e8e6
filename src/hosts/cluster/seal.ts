/**
 * What passes between two members is sealed from end to end: the broker and whoever reads along there see sizes and times, no texts.
 * Both sides make a key pair for one link alone, so what was recorded cannot be read with anything that is kept. Where the cluster has
 * a secret, who does not know it can neither read a link nor be one end of it, the broker included.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  hkdfSync,
  timingSafeEqual,
  type KeyObject,
} from "node:crypto";

const PROTOCOL = "mcptb-cluster.1";
const KEY_BYTES = 32;
const TAG_BYTES = 16;
const NONCE_BYTES = 12;
const CIPHER = "aes-256-gcm";

/** Who speaks over a link: the one that has hosts, and the one that uses them. */
export type Side = "lender" | "borrower";

export interface KeyPair {
  readonly privateKey: KeyObject;
  /** As it is sent, in base64url. */
  readonly shown: string;
}

export function keyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("x25519");
  return { privateKey, shown: publicKey.export({ format: "jwk" }).x ?? "" };
}

/** What a link's keys are bound to, beside both public keys. */
export interface LinkName {
  readonly link: string;
  readonly borrower: string;
  readonly lender: string;
}

export interface LinkKeys {
  readonly lender: Buffer;
  readonly borrower: Buffer;
}

/**
 * The keys of one link: with each the side of its name seals.
 *
 * @param shown both public keys
 * @throws Error when the other side's is no public key.
 */
export function linkKeys(
  own: KeyPair,
  theirs: string,
  { name, shown, secret }: { name: LinkName; shown: Readonly<Record<Side, string>>; secret: string },
): LinkKeys {
  const publicKey = createPublicKey({ key: { kty: "OKP", crv: "X25519", x: theirs }, format: "jwk" });
  const shared = diffieHellman({ privateKey: own.privateKey, publicKey });
  const salt = createHash("sha256").update(secret).digest();
  const about = [PROTOCOL, name.link, name.borrower, name.lender, shown.borrower, shown.lender];
  const derive = (side: Side): Buffer =>
    Buffer.from(hkdfSync("sha256", shared, salt, JSON.stringify([...about, side]), KEY_BYTES));
  return { lender: derive("lender"), borrower: derive("borrower") };
}

/** Shows that whoever says something knows the cluster's secret. */
export function proofOf(secret: string, said: readonly string[]): string {
  return createHmac("sha256", `${PROTOCOL} ${secret}`).update(JSON.stringify(said)).digest("base64url");
}

export function isProof(given: string, secret: string, said: readonly string[]): boolean {
  const wanted = proofOf(secret, said);
  return given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted));
}

/** Each number seals once with a key. */
export function seal(key: Buffer, number: number, head: Buffer, body: Buffer): Buffer {
  const cipher = createCipheriv(CIPHER, key, nonceOf(number)).setAAD(head);
  const sealed = cipher.update(body);
  cipher.final();
  return Buffer.concat([head, sealed, cipher.getAuthTag()]);
}

/** The body that was sealed; nothing when it was not sealed with this key, or was changed. */
export function unseal(key: Buffer, number: number, head: Buffer, sealed: Buffer): Buffer | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, nonceOf(number), { authTagLength: TAG_BYTES }).setAAD(head);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    const body = decipher.update(sealed.subarray(0, -TAG_BYTES));
    decipher.final();
    return body;
  } catch {
    return undefined;
  }
}

function nonceOf(number: number): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeBigUInt64BE(BigInt(number), NONCE_BYTES - 8);
  return nonce;
}
