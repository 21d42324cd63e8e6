import { openTerminal } from "../terminal.ts";

/** Whether there is a terminal to ask on. */
export function canAsk(): boolean {
  return process.stdin.isTTY && process.stderr.isTTY;
}

/** Asks on the terminal; any answer but yes means no, also Ctrl-C and Ctrl-D. */
export async function confirm(question: string): Promise<boolean> {
  const terminal = openTerminal({ input: process.stdin, output: process.stderr });
  try {
    const asked = { text: () => `${question} [y/N] `, keys: "yn", byDefault: "n" };
    return (await terminal.ask(asked, new AbortController().signal)) === "y";
  } finally {
    terminal.close();
  }
}
