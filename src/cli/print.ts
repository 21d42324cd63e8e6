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
