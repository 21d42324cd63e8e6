/** How much the keys have used, in a file that all bridges of a user share, and how much they may still use. */
import path from "node:path";
import * as z from "zod";
import { BridgeError } from "../../turn/error.ts";
import type { NamedKey } from "../../turn/principal.ts";
import type { Amount, Rate } from "../../turn/rate.ts";
import { OwnFileError, readOwnFileNow, stateDirectory, stateOf, writeOwnFile } from "../../util/own-file.ts";
import { alone } from "../../util/own-lock.ts";
import { SteadyClock } from "../../util/steady-clock.ts";
import { corrected, isOver, merged, obstacle, ratesOf, UNUSED, type Usage, usage, used } from "./windows.ts";

const MAX_BYTES = 4_194_304;
const WRITE_AFTER_MS = 200;

const usageFile = z.strictObject({
  version: z.literal(1),
  /** The time of writing: a system clock with an earlier time was set back. */
  at: z.number().nonnegative(),
  keys: z.record(z.string(), usage),
});

type Table = ReadonlyMap<string, Usage>;

export interface BudgetsOptions {
  readonly stateDir: string | undefined;
  /** Called when the file cannot be used, once for each new problem. */
  readonly onProblem: (message: string) => void;
  readonly clock?: SteadyClock;
}

/** A reservation, until the actual use is known. */
export interface Reservation {
  /** The limits of the key, and how much is left with this reservation. */
  readonly rates: readonly Rate[];
  /** Gives the unused part back; may be called once. */
  settle(actual: Amount): void;
}

export class Budgets {
  readonly #file: string;
  readonly #onProblem: BudgetsOptions["onProblem"];
  readonly #clock: SteadyClock;
  #table = new Map<string, Usage>();
  /** The state when the file was last read or written. */
  #shared: Table = new Map();
  #state: string | undefined;
  #problem: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor({ stateDir, onProblem, clock = new SteadyClock() }: BudgetsOptions) {
    this.#file = path.join(stateDir ?? stateDirectory(), "usage.json");
    this.#onProblem = onProblem;
    this.#clock = clock;
  }

  /**
   * Reserves synchronously, so that no number of requests can exceed the limits.
   *
   * @throws BridgeError `key_rate_limited`, `key_quota_exhausted`, or `keys_unusable` when the file cannot be read.
   */
  reserve({ id, name, limits }: NamedKey, wanted: Amount): Reservation {
    this.#read(limits);
    const now = this.#clock.now();
    const before = this.#table.get(id) ?? UNUSED;
    const stands = obstacle(ratesOf(before, limits, now), wanted);
    if (stands !== undefined) throw refusal(name, stands, wanted);
    this.#set(id, used(before, wanted, now));
    let open = true;
    return {
      rates: ratesOf(this.#table.get(id) ?? UNUSED, limits, now),
      settle: (actual) => {
        if (!open) return;
        open = false;
        const by = { requests: actual.requests - wanted.requests, tokens: actual.tokens - wanted.tokens };
        this.#set(id, corrected(this.#table.get(id) ?? UNUSED, by, now));
      },
    };
  }

  /** @throws BridgeError `keys_unusable`. */
  ratesOf({ id, limits }: Pick<NamedKey, "id" | "limits">): readonly Rate[] {
    this.#read(limits);
    return ratesOf(this.#table.get(id) ?? UNUSED, limits, this.#clock.now());
  }

  /** Writes the pending changes. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#timer !== undefined) this.#write();
    await this.#writing;
  }

  #set(id: string, value: Usage): void {
    this.#table.set(id, value);
    this.#timer ??= setTimeout(() => this.#write(), WRITE_AFTER_MS).unref();
  }

  /** A key without limits does not need the file. */
  #read(limits: NamedKey["limits"]): void {
    try {
      const state = stateOf(this.#file);
      if (state !== this.#state) this.#merge(state);
    } catch (error) {
      this.#tell(error);
      if (Object.values(limits).every((limit) => limit === undefined)) return;
      throw new BridgeError(
        "keys_unusable",
        "The bridge cannot read how much its keys have used, so it refuses keys with limits. Its log says why.",
      );
    }
  }

  /** @throws OwnFileError */
  #merge(state: string | undefined): void {
    const found = readOwnFileNow(this.#file, (text) => usageFile.parse(JSON.parse(text)), MAX_BYTES);
    if (found !== undefined) this.#clock.atLeast(found.at);
    const now = this.#clock.now();
    const all = new Map(Object.entries(found?.keys ?? {}));
    const ids = new Set([...all.keys(), ...this.#table.keys()]);
    this.#table = new Map(
      [...ids].map((id) => {
        const of = (table: Table): Usage => table.get(id) ?? UNUSED;
        return [id, merged(of(this.#table), of(this.#shared), of(all), now)];
      }),
    );
    this.#shared = all;
    this.#state = state;
  }

  #write(): void {
    this.#timer = undefined;
    this.#writing = this.#writing
      .then(() =>
        alone(this.#file, async () => {
          this.#merge(stateOf(this.#file));
          const now = this.#clock.now();
          this.#table = new Map([...this.#table].filter(([, value]) => !isOver(value, now)));
          const written = new Map(this.#table);
          const text = JSON.stringify({ version: 1, at: now, keys: Object.fromEntries(written) });
          const before = this.#shared;
          // From now on; use during the write is not in the file.
          this.#shared = written;
          try {
            await writeOwnFile(this.#file, text);
          } catch (error) {
            this.#shared = before;
            throw error;
          }
          this.#state = stateOf(this.#file);
          this.#problem = undefined;
        }),
      )
      .catch((error: unknown) => this.#tell(error));
  }

  #tell(error: unknown): void {
    const problem = error instanceof OwnFileError ? error.message : `${this.#file} cannot be used.`;
    if (problem !== this.#problem) this.#onProblem(problem);
    this.#problem = problem;
  }
}

function refusal(name: string, { of, span, limit, left, renewsInMs }: Rate, wanted: Amount): BridgeError {
  const bound = `${limit} ${of} a ${span}`;
  const asked =
    of === "tokens"
      ? ` The request asks for about ${wanted.tokens} (an estimate of its prompt, and its limit).`
      : "";
  if (wanted[of] > limit) {
    return new BridgeError(
      "key_quota_exhausted",
      `The key ${name} may use ${bound}.${asked} Ask for fewer tokens or send less.`,
    );
  }
  const seconds = Math.ceil(renewsInMs / 1000);
  return new BridgeError(
    span === "minute" ? "key_rate_limited" : "key_quota_exhausted",
    `The key ${name} may use ${bound}; ${left} are left.${asked} They renew in ${inWords(seconds)}.`,
    { retryAfter: seconds },
  );
}

function inWords(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
