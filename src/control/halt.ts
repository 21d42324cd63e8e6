/** `mcptb stop`: while a certain file of this user exists, nothing is sent to any host. */
import { lstatSync } from "node:fs";
import { unlink } from "node:fs/promises";
import path from "node:path";
import { BridgeError } from "../turn/error.ts";
import { OwnFileError, stateDirectory, writeOwnFile } from "../util/own-file.ts";

/** Interval of the checks while turns run. */
const LOOK_MS = 100;

export function haltFile(stateDir: string | undefined): string {
  return path.join(stateDir ?? stateDirectory(), "stopped");
}

/** @throws OwnFileError when the file cannot be written. */
export async function halt(stateDir: string | undefined): Promise<void> {
  await writeOwnFile(haltFile(stateDir), "mcptb stop; mcptb resume removes this file\n");
}

/** @throws OwnFileError when the file cannot be removed. @returns whether there was one. */
export async function resume(stateDir: string | undefined): Promise<boolean> {
  try {
    await unlink(haltFile(stateDir));
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw new OwnFileError(`${haltFile(stateDir)} cannot be removed; check its permissions.`);
  }
}

/** Checks for the file before each turn, and while turns run. */
export class Halt {
  readonly #file: string;
  readonly #watchers = new Set<(reason: BridgeError) => void>();
  #timer: NodeJS.Timeout | undefined;

  constructor(stateDir: string | undefined) {
    this.#file = haltFile(stateDir);
  }

  /** True also when the check fails. */
  get isStopped(): boolean {
    try {
      return lstatSync(this.#file, { throwIfNoEntry: false }) !== undefined;
    } catch {
      return true;
    }
  }

  /** @throws BridgeError `stopped`. */
  check(): void {
    if (this.isStopped) throw stopped();
  }

  /** Calls back once when it is stopped, unless the returned function was called before. */
  watch(onStop: (reason: BridgeError) => void): () => void {
    this.#watchers.add(onStop);
    this.#timer ??= setInterval(() => this.#look(), LOOK_MS).unref();
    return () => {
      this.#watchers.delete(onStop);
      this.#rest();
    };
  }

  #look(): void {
    if (!this.isStopped) return;
    const watchers = [...this.#watchers];
    this.#watchers.clear();
    this.#rest();
    for (const onStop of watchers) onStop(stopped());
  }

  #rest(): void {
    if (this.#watchers.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function stopped(): BridgeError {
  return new BridgeError(
    "stopped",
    "The person who runs the bridge has stopped it: nothing is sent to any model until `mcptb resume`.",
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
