import type { ConsentPolicy } from "../util/consent-policy.ts";

/** The sender of a request. What outlives the request (responses, refusals, stickiness) belongs to its principal. */
export interface Principal {
  /** A name for the key of the request, not the key itself; absent where the bridge has no keys. */
  readonly key: string | undefined;
  /**
   * How the program names itself (`User-Agent`). It distinguishes clients but proves nothing: without keys any program
   * that can connect may claim any name.
   */
  readonly agent: string;
  /** Whether it may drain hosts and see what others have used. */
  readonly operator: boolean;
  /** The record of a key that was made with `mcptb keys add`. */
  readonly named?: NamedKey;
}

/** What a key may be used for; an absent member means no limit. */
export interface Scope {
  /** Patterns of the model names it may ask for; `*` stands for any text. */
  readonly models?: readonly string[] | undefined;
  /** Labels of hosts. */
  readonly hosts?: readonly string[] | undefined;
  /** Dialects. */
  readonly apis?: readonly string[] | undefined;
}

/** How much a key may be used in a minute and in a day; an absent member means no limit. */
export interface Limits {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
  readonly requestsPerDay?: number | undefined;
  readonly tokensPerDay?: number | undefined;
}

export interface NamedKey {
  /** Unique, even when a later key gets the same name. */
  readonly id: string;
  /** The name its owner gave it. */
  readonly name: string;
  readonly scope: Scope;
  readonly limits: Limits;
  /** When the lender is asked; left out: as for all others. */
  readonly consent?: ConsentPolicy | undefined;
  /** It may do what concerns the bridge as a whole. */
  readonly operator?: boolean;
  /** The id of the secret with which it has come. */
  readonly secretId?: string;
}

/** An unknown sender, with no rights beyond sending requests. */
export const ANYONE: Principal = { key: undefined, agent: "", operator: false };

/** So many characters of a digest are enough for a person to tell keys apart. */
const SHOWN_OF_KEY = 8;

/** How a key is shown to people: its name, or the beginning of its digest. */
export function keyName({ key, named }: Principal): string | undefined {
  return named?.name ?? key?.slice(0, SHOWN_OF_KEY);
}

const AGENT_LENGTH = 200;

/** The principal of a request that carried this key, or no key where none is needed. */
export function principalOf(
  key: string | undefined,
  agent: string | null | undefined,
  operator: boolean,
  named?: NamedKey,
): Principal {
  return { key, agent: (agent ?? "").slice(0, AGENT_LENGTH), operator, ...(named && { named }) };
}

/** The owner that an entry of a bounded table counts for: the key, or without keys the client. */
export function ownerOf({ key, agent }: Principal): string {
  return key === undefined ? `client ${agent}` : `key ${key}`;
}

/** Whether `other` may use what `one` has made. Without keys knowing the id is enough, because ids are random. */
export function mayUse(one: Pick<Principal, "key">, other: Principal): boolean {
  return one.key === other.key;
}
