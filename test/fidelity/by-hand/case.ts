import type { PlainCall } from "../values.ts";
import type { Sample } from "../corpus.ts";

/** Shorthand for the cases that are written by hand. */
export const read = (file_path: string): PlainCall => ({ name: "Read", input: { file_path } });
export const bash = (command: string, timeout?: number): PlainCall => ({
  name: "Bash",
  input: timeout === undefined ? { command } : { command, timeout },
});
export const write = (file_path: string, content: string): PlainCall => ({
  name: "Write",
  input: { file_path, content },
});
export const list: PlainCall = { name: "list_files", input: {} };

/** The body of a call, and the whole of it, in the form that is asked for. */
export const json = ({ name, input }: PlainCall): string => JSON.stringify({ name, arguments: input });
export const block = (call: PlainCall): string => `<tool_call>\n${json(call)}\n</tool_call>`;

/** Kind, answer, calls meant, text meant. */
export type Row = readonly [string, string, readonly PlainCall[], string?];

export function rows(group: Sample["group"], all: readonly Row[]): Sample[] {
  return all.map(([kind, answer, calls, text = ""]) => ({
    kind: `by hand: ${kind}`,
    group,
    answer,
    calls,
    text,
  }));
}

/** Rows whose whole answer is text. */
export function texts(group: Sample["group"], all: readonly (readonly [string, string])[]): Sample[] {
  return rows(
    group,
    all.map(([kind, answer]) => [kind, answer, [], answer]),
  );
}
