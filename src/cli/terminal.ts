/**
 * The person at the keyboard, who is asked one question at a time and answers with one key. Only what is typed while a
 * question is to be seen answers it: what was typed before is dropped, and after a question has gone the next one
 * waits for a moment, so that it does not take the key that was meant for the other. While a question stands nothing else
 * is written.
 */
import type { Readable, Writable } from "node:stream";
import type { Question, Window } from "../reference-host/consent.ts";
import { shown, type Shown } from "./print.ts";
import { say } from "../util/say.ts";

export interface Terminal {
  /**
   * The key that the person presses, or what Enter stands for; `undefined` when nobody answers (Ctrl-D, input that has
   * ended). Rejects with the signal's reason.
   */
  readonly ask: (question: Question & Defaults, signal: AbortSignal) => Promise<string | undefined>;
  /** Writes at once, or when the question that stands has gone. */
  readonly print: (...parts: readonly Shown[]) => void;
  readonly close: () => void;
}

interface Defaults {
  /** The key that Enter stands for; otherwise Enter does nothing. */
  readonly byDefault?: string;
}

export interface TerminalOptions {
  readonly input: Readable & { readonly setRawMode?: (raw: boolean) => unknown };
  readonly output: Writable & Partial<Window>;
  /** Ctrl-C while a question stands; otherwise it is no answer. */
  readonly onInterrupt?: () => void;
}

/** The system hands on what was typed before the question a little later. */
const DRAIN_MS = 100;
/** Nobody has read a question and answered it sooner after another. */
const PAUSE_MS = 700;
/** After a key that answers nothing, what follows is taken for the same word until it is quiet for so long. */
const WORD_MS = 400;
/** Characters that are held back while a question stands. */
const MOST_HELD = 262_144;

const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

/** A window that does not say its size. */
const USUAL: Window = { columns: 80, rows: 24 };

export function openTerminal({ input, output, onInterrupt }: TerminalOptions): Terminal {
  const held = new Held();
  let ended = false;
  let goneAt = -Infinity;
  /** Takes what is typed while a question is to be seen. */
  let take: ((typed: string) => void) | undefined;
  /** Ends a question that is being asked. */
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
      // One key is enough, and what is typed does not show on the question's line before it counts.
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
        if (take !== undefined) output.write(`(${say`the client has left`})\n`);
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

/** Reads keys until one answers the question. */
function reader({ keys, byDefault }: Question & Defaults, resolve: (key?: string) => void) {
  let quietAt = -Infinity;
  return (typed: string): void => {
    const [first = ""] = typed.split(/[\r\n]/, 1);
    const enter = first.length < typed.length;
    const now = performance.now();
    const inWord = now < quietAt;
    const word = first.trim().toLowerCase();
    // Whoever is used to it writes the word.
    const key = word === "yes" || word === "no" ? word.charAt(0) : word;
    if (!inWord && key === "" && enter && byDefault !== undefined) resolve(byDefault);
    else if (!inWord && key.length === 1 && keys.includes(key)) resolve(key);
    else if (!inWord && typed.includes(CTRL_D)) resolve();
    else quietAt = enter ? -Infinity : now + WORD_MS;
  };
}

function windowOf({ columns, rows }: Partial<Window>): Window {
  // A terminal without a window says that it has none.
  return { columns: columns || USUAL.columns, rows: rows || USUAL.rows };
}

/** What waits until a question has gone: the newest of it. */
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
