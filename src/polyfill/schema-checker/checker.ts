/**
 * Checks values against JSON Schemas of clients, in worker threads that can be stopped: a schema may need more work
 * than there is time or memory for. Schemas whose cost is known to be small have their own thread, so that they never
 * wait for the others.
 */
import { createHash } from "node:crypto";
import type { Schema } from "../../turn/json-schema.ts";
import { Lane, LANE_LIMITS, type Answer, type Check, type LaneLimits } from "./lane.ts";
import { prepare } from "./prepare.ts";

export interface Asked {
  readonly schema: Schema;
  readonly value: unknown;
}

/** `problems` is a text for the model. A value that could not be checked counts as valid, and is marked. */
export type Checked =
  | { readonly value: unknown; readonly unchecked: boolean; readonly problems?: undefined }
  | { readonly problems: string };

/**
 * One verdict for each value: the valid value, coerced where the schema leaves no doubt, or what is wrong with it.
 * Rejects with the signal's reason.
 */
export type CheckValues = (asked: readonly Asked[], signal: AbortSignal) => Promise<readonly Checked[]>;

/** Characters of JSON. A larger value is not checked. */
const LARGEST = { schema: 250_000, value: 4_000_000 };
/** How many schemas that took too long are remembered, and for how many milliseconds. */
const SLOW = { count: 1000, ms: 600_000 };

interface Placed {
  readonly index: number;
  readonly check: Check;
}

export class SchemaChecker {
  readonly #plain: Lane;
  readonly #costly: Lane;
  /** Schemas that took too long, by owner and schema. */
  readonly #slow = new Map<string, number>();

  constructor(limits: LaneLimits = LANE_LIMITS) {
    this.#plain = new Lane(limits);
    this.#costly = new Lane(limits);
  }

  /** The checks of one owner. The threads are shared fairly between owners, and a schema that was too slow for one may still be tried for another. */
  checkFor(owner: string): CheckValues {
    return (asked, signal) => this.#check(owner, asked, signal);
  }

  /** Ends the threads. Later values are not checked. */
  close(): void {
    this.#plain.close();
    this.#costly.close();
  }

  async #check(owner: string, asked: readonly Asked[], signal: AbortSignal): Promise<readonly Checked[]> {
    const plain: Placed[] = [];
    const costly: Placed[] = [];
    for (const [index, { schema, value }] of asked.entries()) {
      const ready = readyCheck(schema, value);
      if (ready === undefined || this.#isSlow(owner, ready.check)) continue;
      (ready.plain ? plain : costly).push({ index, check: ready.check });
    }
    const answers: Answer[] = [];
    const run = async (lane: Lane, placed: readonly Placed[]): Promise<void> => {
      if (placed.length === 0) return;
      const given = await lane.run(
        owner,
        placed.map(({ check }) => check),
        signal,
      );
      for (const [nth, { index, check }] of placed.entries()) {
        const answer = given[nth] ?? {};
        answers[index] = answer;
        if (answer.tooSlow === true) this.#remember(owner, check);
      }
    };
    await Promise.all([run(this.#plain, plain), run(this.#costly, costly)]);
    return asked.map(({ value }, index) => verdict(value, answers[index]));
  }

  #isSlow(owner: string, { key }: Check): boolean {
    const since = this.#slow.get(nameOf(owner, key));
    return since !== undefined && performance.now() - since < SLOW.ms;
  }

  #remember(owner: string, { key }: Check): void {
    const name = nameOf(owner, key);
    this.#slow.delete(name);
    this.#slow.set(name, performance.now());
    const [oldest] = this.#slow.keys();
    if (this.#slow.size > SLOW.count && oldest !== undefined) this.#slow.delete(oldest);
  }
}

function nameOf(owner: string, key: string): string {
  return `${key} ${owner.slice(0, 500)}`;
}

function verdict(value: unknown, answer: Answer | undefined): Checked {
  if (answer === undefined || answer.unchecked === true || answer.tooSlow === true)
    return { value, unchecked: true };
  if (answer.problems !== undefined) return { problems: answer.problems };
  return {
    value: answer.json === undefined ? value : (JSON.parse(answer.json) as unknown),
    unchecked: false,
  };
}

/** `undefined` for a value that is too large or nests too deep to be checked. */
function readyCheck(
  given: Schema,
  held: unknown,
): { readonly check: Check; readonly plain: boolean } | undefined {
  const prepared = prepare(given);
  if (prepared === undefined) return undefined;
  try {
    const schema = JSON.stringify(prepared.schema);
    const value = JSON.stringify(held);
    if (schema.length > LARGEST.schema || value.length > LARGEST.value) return undefined;
    const key = createHash("sha256").update(schema).digest("base64");
    return { check: { key, schema, value }, plain: prepared.plain };
  } catch {
    return undefined;
  }
}
