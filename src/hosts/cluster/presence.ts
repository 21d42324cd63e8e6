/** What members of a cluster say of themselves where all can hear it. */
import * as z from "zod";
import { deferred } from "../../util/async.ts";
import { SUBJECTS, type Broker } from "./broker.ts";
import { readJson } from "./read-json.ts";
import { shown, type Immutable } from "../../util/shape.ts";

/** So often each member says that it is there; who has not been heard for three of them is gone. */
export const BEAT_MS = 5000;
export const GONE_AFTER_MS = 3.5 * BEAT_MS;
/** Members that one process knows. */
export const MOST_MEMBERS = 4096;

const count = z.int().nonnegative().max(1_000_000).catch(0);

export const memberId = z.string().regex(/^[\w-]{16,64}$/);

const presence = z.object({
  /** The form of what members say to each other. */
  protocol: z.literal(1),
  /** Of this process: another one each time it is started. */
  id: memberId,
  /** By which people know it. */
  name: shown(60),
  /** Of the program. */
  version: shown(60),
  /** Hosts that it lends; without any it is asked for none. */
  hosts: count,
  /** Turns that run at them. */
  running: count,
  /** It is about to end. */
  leaving: z.boolean(),
});
export type Presence = Immutable<z.output<typeof presence>>;

export function encodePresence(said: Presence): Buffer {
  return Buffer.from(JSON.stringify(said));
}

/** Nothing for what is not said by a member of this version of the protocol. */
export function readPresence(data: Uint8Array): Presence | undefined {
  return readJson(data, presence);
}

/** How long answers to a question to all are waited for after the last one, and at most. */
const QUIET_MS = 400;
const ANSWERS_WITHIN_MS = 5000;

/** Asks all members to say that they are there. */
export async function whoIsThere(broker: Broker): Promise<Presence[]> {
  const members = new Members();
  const { promise, resolve } = deferred();
  const inbox = broker.inbox();
  let quiet = setTimeout(resolve, QUIET_MS);
  const latest = setTimeout(resolve, ANSWERS_WITHIN_MS);
  const unsubscribe = broker.subscribe(inbox, ({ data, nobodyListens }) => {
    clearTimeout(quiet);
    if (nobodyListens) {
      resolve();
      return;
    }
    quiet = setTimeout(resolve, QUIET_MS);
    const said = readPresence(data);
    if (said !== undefined) members.heard(said);
  });
  try {
    broker.publish(SUBJECTS.who, Buffer.alloc(0), inbox);
    await promise;
    return members.all();
  } finally {
    clearTimeout(quiet);
    clearTimeout(latest);
    unsubscribe();
  }
}

/** Who is there, by what was heard of them. */
export class Members {
  readonly #known = new Map<string, { readonly said: Presence; readonly at: number }>();

  heard(said: Presence, now = performance.now()): void {
    if (said.leaving) this.#known.delete(said.id);
    else if (this.#known.has(said.id) || this.#known.size < MOST_MEMBERS)
      this.#known.set(said.id, { said, at: now });
  }

  /** Those that are there; whoever was not heard of for too long is forgotten. */
  all(now = performance.now()): Presence[] {
    for (const [id, { at }] of this.#known) if (now - at > GONE_AFTER_MS) this.#known.delete(id);
    return [...this.#known.values()].map(({ said }) => said);
  }
}
