/** The only way from the command line to the person's terminal: whatever came from elsewhere arrives there as text. */
import { printable } from "../util/terminal-text.ts";

/** A command for the terminal, which is ours and not written out. */
export interface Control {
  readonly control: string;
}

export type Shown = string | Control;

/** What goes to a terminal for these texts and commands. */
export function shown(...parts: readonly Shown[]): string {
  return parts.map((part) => (typeof part === "string" ? printable(part) : part.control)).join("");
}

/** Writes what a command is for. */
export function print(...parts: readonly Shown[]): void {
  process.stdout.write(shown(...parts));
}

/** Writes what is said beside it. */
export function tell(...parts: readonly Shown[]): void {
  process.stderr.write(shown(...parts));
}

/** Writes an answer: to a terminal as text, elsewhere as it is. Resolves when it may be followed by more. */
export async function printAnswer(text: string): Promise<void> {
  const { stdout } = process;
  const taken = stdout.write(stdout.isTTY ? shown(text) : text);
  if (taken || stdout.destroyed) return;
  await new Promise<void>((resolve) => {
    stdout.once("drain", resolve).once("close", resolve);
  });
}
