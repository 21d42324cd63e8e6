/** The named keys as a running bridge knows them. */
import { BridgeError } from "../../turn/error.ts";
import { OwnFileError, stateOf } from "../../util/own-file.ts";
import { readKeys } from "./key-file.ts";
import { KeyIndex, type KeyRecord } from "./key-list.ts";

export interface KeyRingOptions {
  readonly file: string;
  /** Hears of a file that cannot be used, once each time it is found so. */
  readonly onProblem: (message: string) => void;
  readonly now?: () => number;
}

/**
 * Looks at the file before each use: what was revoked a moment ago, by whatever process, lets nobody in. Once there was a file
 * keys are needed, also when it is damaged or gone.
 */
export class KeyRing {
  readonly #options: KeyRingOptions;
  readonly #now: () => number;
  #state: string | undefined;
  #problem: string | undefined;
  #index: KeyIndex | "unusable" | undefined;

  constructor(options: KeyRingOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#look();
  }

  /** Whether keys have been made for this user, and so are needed. */
  get isInUse(): boolean {
    this.#look();
    return this.#index !== undefined;
  }

  /**
   * The key of which one of these texts is the secret.
   *
   * @throws BridgeError `unauthorized` for a key whose time is over, `keys_unusable` when nobody can tell.
   */
  find(sent: readonly string[]): KeyRecord | undefined {
    this.#look();
    if (this.#index === undefined) return undefined;
    if (this.#index === "unusable") {
      throw new BridgeError(
        "keys_unusable",
        "The bridge cannot read the keys that its clients need, so it lets nobody in. Its log says why.",
      );
    }
    for (const text of sent) {
      const found = this.#index.find(text, this.#now());
      if (found === undefined) continue;
      if (found.problem === undefined) return found.key;
      throw new BridgeError(
        "unauthorized",
        `${WHY[found.problem](found.key)} Ask whoever runs the bridge for a new one.`,
      );
    }
    return undefined;
  }

  #look(): void {
    const { file, onProblem } = this.#options;
    try {
      const state = stateOf(file);
      if (state === this.#state) return;
      this.#state = state;
      const list = readKeys(file);
      if (list !== undefined) this.#index = new KeyIndex(list);
      else if (this.#index !== undefined) {
        throw new OwnFileError(`${file} is gone; \`mcptb keys add\` makes it anew.`);
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

const WHY = {
  expired: ({ name, expires = 0 }: KeyRecord) =>
    `The key ${name} expired at ${new Date(expires).toISOString()}.`,
  replaced: ({ name }: KeyRecord) =>
    `The key ${name} was given another secret, and this one is no longer valid.`,
};
