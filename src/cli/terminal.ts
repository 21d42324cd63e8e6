import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";

/** The person at the keyboard, who is asked one question at a time. */
export interface Terminal {
  /** The next line that is typed; `undefined` when nobody can type any more. Rejects with the signal's reason. */
  ask(text: string, signal: AbortSignal): Promise<string | undefined>;
  close(): void;
}

export function openTerminal(input: Readable, output: Writable): Terminal {
  // Not as a terminal: the system edits the line and turns Ctrl-C into a signal.
  const lines = createInterface({ input, terminal: false });
  let answer: ((line: string | undefined) => void) | undefined;
  let ended = false;
  // A line that is typed while nothing is asked answers nothing.
  lines.on("line", (line) => answer?.(line));
  lines.on("close", () => {
    ended = true;
    answer?.(undefined);
  });
  return {
    async ask(text, signal) {
      signal.throwIfAborted();
      output.write(`\n${text}`);
      if (ended) return undefined;
      let onAbort: (() => void) | undefined;
      try {
        return await new Promise((resolve, reject) => {
          answer = resolve;
          onAbort = () => {
            output.write("(the client has left)\n");
            reject(signal.reason);
          };
          signal.addEventListener("abort", onAbort, { once: true });
        });
      } finally {
        answer = undefined;
        if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
      }
    },
    close: () => lines.close(),
  };
}
