/**
 * Asks the person at the keyboard one question at a time, answered with one key. Only keys typed while a question is
 * visible count: earlier input is dropped, and after a question the next one waits for a moment, so that it does not
 * take a key meant for the first. Nothing else is written while a question is visible.
 */
import type { Readable, Writable } from "node:stream";
import type { Question, Window } from "../reference-host/consent.ts";
import { shown, type Shown } from "./print.ts";
import { say } from "../util/say.ts";

export interface Terminal {
  /**
   * The pressed key, or the default for Enter; `undefined` without an answer (Ctrl-D, end of input). Rejects with the
   * signal's reason.
   */
  readonly ask: (question: Question & Defaults, signal: AbortSignal) => Promise<string | undefined>;
  /** Writes at once, or after the current question. */
  readonly print: (...parts: readonly Shown[]) => void;
  readonly close: () => void;
}

interface Defaults {
  /** The default key for Enter; without one, Enter does nothing. */
  readonly byDefault?: string;
}

export interface TerminalOptions {
  readonly input: Readable & { readonly setRawMode?: (raw: boolean) => unknown };
  readonly output: Writable & Partial<Window>;
  /** Called for Ctrl-C during a question, which is not an answer. */
  readonly onInterrupt?: () => void;
}

/** Input typed before the question arrives a little later. */
const DRAIN_MS = 100;
/** Nobody reads and answers a second question faster than this. */
const PAUSE_MS = 700;
/** After an invalid key, further keys count as the same word until there is a pause of this length. */
const WORD_MS = 400;
/** Maximum characters that are held back during a question. */
const MOST_HELD = 262_144;

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

/** Used when the terminal does not report its size. */
const USUAL: Window = { columns: 80, rows: 24 };

export function openTerminal({ input, output, onInterrupt }: TerminalOptions): Terminal {
  const held = new Held();
  let ended = false;
  let goneAt = -Infinity;
  /** Takes keys during a question. */
  let take: ((typed: string) => void) | undefined;
  /** Ends the current question. */
  let nobody: (() => void) | undefined;

  const onData = (chunk: Buffer | string): void => {
    const typed = chunk.toString();
    if (nobody === undefined || !typed.includes(CTRL_C)) {
      take?.(typed);
      return;
    }
    nobody();
    onInterrupt?.();
  };
  const onEnd = (): void => {
    ended = true;
    nobody?.();
  };
  input.on("data", onData).once("end", onEnd).once("close", onEnd);

  /** Shows the question and waits for the key. */
  function answer(question: Question & Defaults, left: AbortSignal, done: AbortSignal, signal: AbortSignal) {
    return new Promise<string | undefined>((resolve, reject) => {
      left.addEventListener("abort", () => resolve(undefined), { signal: done });
      signal.addEventListener("abort", () => reject(signal.reason), { signal: done });
      take = reader(question, resolve);
      output.write(shown(`\n${question.text(windowOf(output))}`));
    });
  }

  return {
    async ask(question, signal) {
      signal.throwIfAborted();
      if (ended) return undefined;
      const [left, done] = [new AbortController(), new AbortController()];
      nobody = () => left.abort();
      // Raw mode: one key is enough, and keys are not echoed on the question's line.
      input.setRawMode?.(true);
      try {
        const wait = Math.max(DRAIN_MS, goneAt + PAUSE_MS - performance.now());
        await pause(wait, AbortSignal.any([signal, left.signal]));
        signal.throwIfAborted();
        if (left.signal.aborted) return undefined;
        const key = await answer(question, left.signal, done.signal, signal);
        output.write(shown(`${key ?? ""}\n`));
        return key;
      } catch (error) {
        if (take !== undefined) output.write(`(${say`the client has disconnected`})\n`);
        throw error;
      } finally {
        done.abort();
        if (take !== undefined) goneAt = performance.now();
        take = undefined;
        nobody = undefined;
        input.setRawMode?.(false);
        output.write(held.take());
      }
    },
    print(...parts) {
      if (take === undefined) output.write(shown(...parts));
      else held.add(shown(...parts));
    },
    close() {
      input.off("data", onData);
      input.pause();
    },
  };
}

/** Resolves after so many milliseconds, or when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

/** Reads keys until a valid one. */
function reader({ keys, byDefault }: Question & Defaults, resolve: (key?: string) => void) {
  let quietAt = -Infinity;
  return (typed: string): void => {
    const [first = ""] = typed.split(/[\r\n]/, 1);
    const enter = first.length < typed.length;
    const now = performance.now();
    const inWord = now < quietAt;
    const word = first.trim().toLowerCase();
    // Some people type the whole word.
    const key = word === "yes" || word === "no" ? word.charAt(0) : word;
    if (!inWord && key === "" && enter && byDefault !== undefined) resolve(byDefault);
    else if (!inWord && key.length === 1 && keys.includes(key)) resolve(key);
    else if (!inWord && typed.includes(CTRL_D)) resolve();
    else quietAt = enter ? -Infinity : now + WORD_MS;
  };
}

function windowOf({ columns, rows }: Partial<Window>): Window {
  // A terminal without a window reports zero columns.
  return { columns: columns || USUAL.columns, rows: rows || USUAL.rows };
}

/** Output held back during a question: the newest part of it. */
class Held {
  #texts: string[] = [];
  #size = 0;
  #dropped = 0;

  add(text: string): void {
    this.#texts.push(text);
    this.#size += text.length;
    while (this.#size > MOST_HELD) {
      this.#size -= this.#texts.shift()?.length ?? 0;
      this.#dropped += 1;
    }
  }

  take(): string {
    const note = this.#dropped === 0 ? "" : `(${say`${this.#dropped} earlier message(s) are not shown`})\n`;
    const all = note + this.#texts.join("");
    this.#texts = [];
    this.#size = 0;
    this.#dropped = 0;
    return all;
  }
}
