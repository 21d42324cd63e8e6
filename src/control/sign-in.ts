/**
 * How a person's browser comes by an operator's right without keeping a key: a token that is good once and for a minute becomes a
 * session of the page. A session has two halves: one in a cookie that no script can read, which the browser may show to any program on
 * the same machine; and one that only the page of this very origin can read. Neither is worth anything alone, and of both only
 * digests are kept, in memory.
 */
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Principal } from "../turn/principal.ts";

const TOKEN_MS = 60_000;
const SESSION_MS = 12 * 3_600_000;
const MOST_TOKENS = 20;
const MOST_SESSIONS = 50;
const SECRET_BYTES = 32;
/** What is longer is none of ours. */
const LONGEST = 100;

export interface Halves {
  /** For the cookie. */
  readonly cookie: string;
  /** For the page. */
  readonly page: string;
  readonly seconds: number;
}

interface Session {
  readonly page: Buffer;
  readonly until: number;
  readonly by: Principal;
}

export class SignIn {
  /** By digest, the oldest first. */
  readonly #tokens = new Map<string, { readonly until: number; readonly by: Principal }>();
  readonly #sessions = new Map<string, Session>();
  readonly #now: () => number;

  /** @param now milliseconds of a clock that never goes back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** A token with which a browser gets the right of whoever asks for it. */
  token(by: Principal): { readonly token: string; readonly seconds: number } {
    const token = secret();
    this.#keep(this.#tokens, nameOf(token), { until: this.#now() + TOKEN_MS, by }, MOST_TOKENS);
    return { token, seconds: TOKEN_MS / 1000 };
  }

  /** Whose token it is; it is used up by that. */
  redeem(token: string): Principal | undefined {
    const name = nameOf(token);
    const found = this.#tokens.get(name);
    this.#tokens.delete(name);
    return found !== undefined && this.#now() < found.until ? found.by : undefined;
  }

  open(by: Principal): Halves {
    const [cookie, page] = [secret(), secret()];
    const session = { page: digest(page), until: this.#now() + SESSION_MS, by };
    this.#keep(this.#sessions, nameOf(cookie), session, MOST_SESSIONS);
    return { cookie, page, seconds: SESSION_MS / 1000 };
  }

  /** Who has signed in with these halves. */
  find(cookie: string, page: string): Principal | undefined {
    const session = this.#sessions.get(nameOf(cookie));
    if (session === undefined || this.#now() >= session.until) return undefined;
    return timingSafeEqual(session.page, digest(page)) ? session.by : undefined;
  }

  close(cookie: string): void {
    this.#sessions.delete(nameOf(cookie));
  }

  /** One more makes the oldest go. */
  #keep<Value extends { readonly until: number }>(
    kept: Map<string, Value>,
    name: string,
    value: Value,
    most: number,
  ): void {
    const now = this.#now();
    for (const [known, { until }] of kept) if (now >= until) kept.delete(known);
    for (const known of kept.keys()) {
      if (kept.size < most) break;
      kept.delete(known);
    }
    kept.set(name, value);
  }
}

function secret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** A secret is as random as its digest is long, so that one round of a fast digest is enough. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text.slice(0, LONGEST)).digest();
}

function nameOf(text: string): string {
  return digest(text).toString("base64url");
}
