/** Whom a request comes from: what outlives the request (responses, refusals, stickiness) belongs to them. */
export interface Principal {
  /** A name of the key that came with the request, with nothing of the key in it; none where the bridge has no keys. */
  readonly key: string | undefined;
  /**
   * How the program names itself (`User-Agent`). It tells clients apart, it proves nothing: without keys every program
   * that can connect may claim any name.
   */
  readonly agent: string;
  /** May do what concerns the bridge as a whole. */
  readonly operator: boolean;
  /** What is known of a key that was made for somebody. */
  readonly named?: NamedKey;
}

/** What a key may be used for; what is not said has no bound. */
export interface Scope {
  /** Patterns, in which `*` stands for any text, of the names that its owner may ask models by. */
  readonly models?: readonly string[] | undefined;
  /** Labels of hosts. */
  readonly hosts?: readonly string[] | undefined;
  /** Dialects. */
  readonly apis?: readonly string[] | undefined;
}

/** How much a key may be used in a minute and in a day; what is not said has no bound. */
export interface Limits {
  readonly requestsPerMinute?: number | undefined;
  readonly tokensPerMinute?: number | undefined;
  readonly requestsPerDay?: number | undefined;
  readonly tokensPerDay?: number | undefined;
}

export interface NamedKey {
  /** Its own, also when another is called the same later. */
  readonly id: string;
  /** As its person calls it. */
  readonly name: string;
  readonly scope: Scope;
  readonly limits: Limits;
}

/** Nobody known, without any right beyond asking. */
export const ANYONE: Principal = { key: undefined, agent: "", operator: false };

/** As much of a name of a key tells keys apart for a person. */
const SHOWN_OF_KEY = 8;

/** What a key is called where people read of it: its name, or the beginning of a digest. */
export function keyName({ key, named }: Principal): string | undefined {
  return named?.name ?? key?.slice(0, SHOWN_OF_KEY);
}

const AGENT_LENGTH = 200;

/** A principal that has shown this key, or none where none is needed. */
export function principalOf(
  key: string | undefined,
  agent: string | null | undefined,
  operator: boolean,
  named?: NamedKey,
): Principal {
  return { key, agent: (agent ?? "").slice(0, AGENT_LENGTH), operator, ...(named && { named }) };
}

/** Whose share of a bounded table an entry takes: the key's, and without keys the client's. */
export function ownerOf({ key, agent }: Principal): string {
  return key === undefined ? `client ${agent}` : `key ${key}`;
}

/** Whether what one has made is the other's too. Without keys whoever can name a thing may use it: its name is random. */
export function mayUse(one: Pick<Principal, "key">, other: Principal): boolean {
  return one.key === other.key;
}
