/** The list of named keys: the record of each, and the changes of the list. Pure functions. */
import * as z from "zod";
import { say } from "../../util/say.ts";
import { consentPolicy } from "../../util/consent-policy.ts";
import type { Limits } from "../../turn/principal.ts";
import type { Immutable } from "../../util/shape.ts";
import { fitsDigest, idIn, type Secret } from "./secret.ts";

/** APIs that a key can be restricted to. */
export const APIS = ["openai-chat", "openai-responses", "anthropic-messages", "gemini", "ollama"] as const;

export const KEY_NAME = /^[A-Za-z0-9][\w.@-]{0,39}$/;
/** Limits of keys, and of patterns and hosts of a key: the whole file is read each time. */
export const MOST_KEYS = 1000;
const MOST_NAMES = 50;
const LONGEST_NAME = 200;

const names = z.array(z.string().min(1).max(LONGEST_NAME)).min(1).max(MOST_NAMES);
const time = z.int().nonnegative();

const secret = z.strictObject({
  id: z.string(),
  digest: z.string(),
  /** The time at which it stops being valid, after another has replaced it. */
  until: time.optional(),
});

const amount = z.int().positive().max(1e12).optional();
const limits = z.strictObject({
  requestsPerMinute: amount,
  tokensPerMinute: amount,
  requestsPerDay: amount,
  tokensPerDay: amount,
} satisfies Record<keyof Limits, unknown>);

const key = z.strictObject({
  /** The owner of what its requests keep; a later key with the same name gets another id. */
  id: z.string(),
  name: z.string().regex(KEY_NAME),
  /** Milliseconds since the epoch, like all times here. */
  created: time,
  expires: time.optional(),
  models: names.optional(),
  hosts: names.optional(),
  apis: z.array(z.enum(APIS)).min(1).optional(),
  limits: limits.optional(),
  consent: consentPolicy.optional(),
  /** It may do what concerns the bridge as a whole. */
  operator: z.literal(true).optional(),
  /** The newest is the last. */
  secrets: z.array(secret).min(1),
});

export const keyList = z.strictObject({ version: z.literal(1), keys: z.array(key).max(MOST_KEYS) });
export type KeyList = Immutable<z.output<typeof keyList>>;
export type KeyRecord = KeyList["keys"][number];

export const NO_KEYS: KeyList = { version: 1, keys: [] };

/** The same as a page sends it. */
export const keyTerms = key.omit({ id: true, name: true, created: true, secrets: true });

/** What a key may be used for, and until when. */
export type Terms = Omit<KeyRecord, "id" | "name" | "created" | "secrets">;

/** An invalid change of the list; the message says why and what to do. */
export class KeyListError extends Error {
  override readonly name = "KeyListError";
}

/** @throws KeyListError for a name that is taken or invalid. */
export function added(list: KeyList, name: string, terms: Terms, made: Secret, now: number): KeyList {
  if (!KEY_NAME.test(name)) {
    throw new KeyListError(
      say`A key's name begins with a letter or digit and has up to 40 letters, digits and any of . _ @ -`,
    );
  }
  if (list.keys.some((known) => known.name === name)) {
    throw new KeyListError(
      say`A key named ${name} exists already; choose another name, or rotate or revoke that key.`,
    );
  }
  if (list.keys.length >= MOST_KEYS) {
    throw new KeyListError(say`There are ${MOST_KEYS} keys already; revoke unused ones.`);
  }
  const { id, digest } = made;
  return { ...list, keys: [...list.keys, { id, name, created: now, ...terms, secrets: [{ id, digest }] }] };
}

/** Gives a key a new secret; its old ones stay valid for so many milliseconds. @throws KeyListError for an unknown key. */
export function rotated(list: KeyList, name: string, made: Secret, now: number, graceMs: number): KeyList {
  const { id, digest } = made;
  const until = now + graceMs;
  return changed(list, name, (known) => {
    const before = known.secrets
      .map((old) => ({ ...old, until: Math.min(old.until ?? until, until) }))
      .filter((old) => old.until > now);
    return { ...known, secrets: [...before, { id, digest }] };
  });
}

/** Gives a key other terms: those that are named, and `undefined` for none. @throws KeyListError for a key that is not there. */
export function withTerms(list: KeyList, name: string, terms: Partial<Terms>): KeyList {
  const limits = (known: KeyRecord): KeyRecord["limits"] =>
    terms.limits === undefined ? known.limits : defined({ ...known.limits, ...terms.limits });
  return changed(list, name, (known) => defined({ ...known, ...terms, limits: limits(known) }));
}

function defined<Value extends object>(value: Value): Value {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value;
}

/** @throws KeyListError for an unknown key. */
export function revoked(list: KeyList, name: string): KeyList {
  named(list, name);
  return { ...list, keys: list.keys.filter((known) => known.name !== name) };
}

/** @throws KeyListError for an unknown key. */
export function named(list: KeyList, name: string): KeyRecord {
  const found = list.keys.find((known) => known.name === name);
  if (found !== undefined) return found;
  const there = list.keys.map((known) => known.name).slice(0, 20);
  throw new KeyListError(
    there.length === 0
      ? say`There is no key named ${name}. No keys exist.`
      : say`There is no key named ${name}. Keys: ${there.join(", ")}`,
  );
}

function changed(list: KeyList, name: string, change: (known: KeyRecord) => KeyRecord): KeyList {
  named(list, name);
  return { ...list, keys: list.keys.map((known) => (known.name === name ? change(known) : known)) };
}

export type Found =
  | { readonly key: KeyRecord; readonly secretId: string; readonly problem: undefined }
  /** `replaced`: it was valid until the key got a new secret. */
  | { readonly key: KeyRecord; readonly secretId: string; readonly problem: "expired" | "replaced" };

/** Finds the keys of one version of the list by their ids. */
export class KeyIndex {
  readonly #keys: ReadonlyMap<string, KeyRecord>;
  readonly #secrets = new Map<string, { readonly key: KeyRecord; readonly place: number }>();

  constructor({ keys }: KeyList) {
    this.#keys = new Map(keys.map((each) => [each.id, each]));
    for (const each of keys)
      each.secrets.forEach(({ id }, place) => this.#secrets.set(id, { key: each, place }));
  }

  /** All keys, in their order. */
  get all(): KeyRecord[] {
    return [...this.#keys.values()];
  }

  /** The key with this secret. */
  find(text: string, now: number): Found | undefined {
    const id = idIn(text);
    const known = id === undefined ? undefined : this.#secrets.get(id);
    const kept = known?.key.secrets[known.place];
    if (known === undefined || kept === undefined || !fitsDigest(text, kept.digest)) return undefined;
    return foundAt(known.key, kept, now);
  }

  /** What has become of a key that has come in with one of its secrets. */
  again(id: string, secretId: string, now: number): Found | undefined {
    const key = this.#keys.get(id);
    const kept = key?.secrets.find((each) => each.id === secretId);
    if (key === undefined) return undefined;
    return kept === undefined ? { key, secretId, problem: "replaced" } : foundAt(key, kept, now);
  }
}

function foundAt(key: KeyRecord, { id: secretId, until }: KeyRecord["secrets"][number], now: number): Found {
  if (key.expires !== undefined && now >= key.expires) return { key, secretId, problem: "expired" };
  if (until !== undefined && now >= until) return { key, secretId, problem: "replaced" };
  return { key, secretId, problem: undefined };
}
