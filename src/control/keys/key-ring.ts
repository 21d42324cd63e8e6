/** The named keys in a running bridge. */
import { BridgeError } from "../../turn/error.ts";
import type { NamedKey } from "../../turn/principal.ts";
import { OwnFileError, stateOf } from "../../util/own-file.ts";
import { SteadyClock } from "../../util/steady-clock.ts";
import { neededFile } from "../../util/state-files.ts";
import { readKeys } from "./key-file.ts";
import { type Found, KeyIndex, type KeyRecord } from "./key-list.ts";

/** While something runs that came with a key. */
const LOOK_MS = 100;

export interface KeyRingOptions {
  readonly file: string;
  /** Called when the file cannot be used, once for each new problem. */
  readonly onProblem: (message: string) => void;
  readonly now?: () => number;
}

interface Watcher {
  readonly id: string;
  readonly secretId: string;
  readonly onOver: (reason: BridgeError) => void;
}

/**
 * Looks at the file before each use: what was revoked a moment ago, by whatever process, lets nobody in. Once there was a file
 * keys are needed, also when it is damaged or gone, and also in bridges that begin after that.
 */
export class KeyRing {
  readonly #options: KeyRingOptions;
  readonly #now: () => number;
  readonly #watchers = new Set<Watcher>();
  #timer: NodeJS.Timeout | undefined;
  #state: string | undefined;
  #problem: string | undefined;
  #index: KeyIndex | "unusable" | undefined;

  constructor(options: KeyRingOptions) {
    this.#options = options;
    const clock = new SteadyClock();
    // A clock that is set back makes no key valid again.
    this.#now = options.now ?? (() => clock.now());
    this.#look();
  }

  /** Whether this user has made keys, so that clients need one. */
  get isInUse(): boolean {
    this.#look();
    return this.#index !== undefined;
  }

  /** The keys that have limits; none where the file cannot be read. */
  limited(): Pick<NamedKey, "id" | "name" | "limits">[] {
    this.#look();
    if (this.#index === undefined || this.#index === "unusable") return [];
    return this.#index.all.flatMap(({ id, name, limits }) =>
      limits === undefined ? [] : [{ id, name, limits }],
    );
  }

  /**
   * The key whose secret is one of these texts.
   *
   * @throws BridgeError `unauthorized` for an expired key, `keys_unusable` when the file cannot be read.
   */
  find(sent: readonly string[]): NamedKey | undefined {
    this.#look();
    if (this.#index === undefined) return undefined;
    if (this.#index === "unusable") throw unusable();
    for (const text of sent) {
      const found = this.#index.find(text, this.#now());
      if (found === undefined) continue;
      if (found.problem === undefined) return namedKey(found);
      throw over(found.key, found.problem);
    }
    return undefined;
  }

  /**
   * What the key is now that has come before.
   *
   * @throws BridgeError as `find`, also for a key that was revoked.
   */
  again({ id, secretId = "" }: NamedKey): NamedKey {
    this.#look();
    const index = this.#index;
    if (index === undefined || index === "unusable") throw unusable();
    const found = index.again(id, secretId, this.#now());
    if (found === undefined) throw revoked();
    if (found.problem !== undefined) throw over(found.key, found.problem);
    return namedKey(found);
  }

  /** Calls once when the key, or the secret with which it came, is valid no more, unless the function returned was called before. */
  watch({ id, secretId }: NamedKey, onOver: Watcher["onOver"]): () => void {
    if (secretId === undefined) return () => undefined;
    const watcher = { id, secretId, onOver };
    this.#watchers.add(watcher);
    this.#timer ??= setInterval(() => this.#lookAtWatched(), LOOK_MS).unref();
    return () => {
      this.#watchers.delete(watcher);
      this.#rest();
    };
  }

  #lookAtWatched(): void {
    this.#look();
    const now = this.#now();
    for (const watcher of this.#watchers) {
      const reason = this.#overFor(watcher, now);
      if (reason === undefined) continue;
      this.#watchers.delete(watcher);
      watcher.onOver(reason);
    }
    this.#rest();
  }

  #overFor({ id, secretId }: Watcher, now: number): BridgeError | undefined {
    const index = this.#index;
    if (index === undefined || index === "unusable") return unusable();
    const found = index.again(id, secretId, now);
    if (found === undefined) return revoked();
    return found.problem === undefined ? undefined : over(found.key, found.problem);
  }

  #rest(): void {
    if (this.#watchers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const { file, onProblem } = this.#options;
    try {
      const state = stateOf(file);
      // Where there is none it may be one that was taken away before this bridge began.
      if (state === this.#state && state !== undefined) return;
      this.#state = state;
      const list = state === undefined ? undefined : readKeys(file);
      if (list !== undefined) this.#index = new KeyIndex(list);
      else if (this.#index !== undefined || stateOf(neededFile(file)) !== undefined) {
        throw new OwnFileError(`${file} is missing; \`mcptb keys add\` creates it again.`);
      }
      this.#problem = undefined;
    } catch (error) {
      this.#index = "unusable";
      const problem = error instanceof OwnFileError ? error.message : `${file} cannot be read.`;
      if (problem !== this.#problem) onProblem(problem);
      this.#problem = problem;
    }
  }
}

function namedKey({ key, secretId }: Found): NamedKey {
  const { id, name, models, hosts, apis, limits = {}, consent, operator } = key;
  return { id, name, scope: { models, hosts, apis }, limits, consent, operator: operator === true, secretId };
}

function unusable(): BridgeError {
  return new BridgeError(
    "keys_unusable",
    "The bridge cannot read its keys, so it refuses all requests. Its log says why.",
  );
}

const ASK = "Ask the person who runs the bridge for a new one.";

function revoked(): BridgeError {
  return new BridgeError("unauthorized", `The key with which this request came was revoked. ${ASK}`);
}

function over(key: KeyRecord, problem: "expired" | "replaced"): BridgeError {
  return new BridgeError("unauthorized", `${WHY[problem](key)} ${ASK}`);
}

const WHY = {
  expired: ({ name, expires = 0 }: KeyRecord) =>
    `The key ${name} expired at ${new Date(expires).toISOString()}.`,
  replaced: ({ name }: KeyRecord) => `The key ${name} has a new secret, and this one is no longer valid.`,
};
