/** The only output to the terminal: foreign text is made printable here. */
import { printable } from "../util/terminal-text.ts";

/** A control sequence of ours for the terminal, which is not escaped. */
export interface Control {
  readonly control: string;
}

export type Shown = string | Control;

/** The output for these texts and control sequences. */
export function shown(...parts: readonly Shown[]): string {
  return parts.map((part) => (typeof part === "string" ? printable(part) : part.control)).join("");
}

/** Writes the output of a command. */
export function print(...parts: readonly Shown[]): void {
  process.stdout.write(shown(...parts));
}

/** Writes messages to stderr. */
export function tell(...parts: readonly Shown[]): void {
  process.stderr.write(shown(...parts));
}

/** Writes an answer: printable to a terminal, unchanged elsewhere. Resolves when more may be written. */
export async function printAnswer(text: string): Promise<void> {
  const { stdout } = process;
  const taken = stdout.write(stdout.isTTY ? shown(text) : text);
  if (taken || stdout.destroyed) return;
  await new Promise<void>((resolve) => {
    stdout.once("drain", resolve).once("close", resolve);
  });
}
