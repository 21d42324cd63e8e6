/** Calls without any tags that make up a whole answer or a whole code block: they count only with the exact name of a tool. */
import { BEGINS, PYTHON_CALL } from "./beginnings.ts";
import { callsIn, jsonValues, type RawCall } from "./json-calls.ts";
import { gemmaCalls, pythonCalls } from "./notation.ts";

const HEAD = /^(?:<\|python_(?:tag|start)\|>|functools(?=\[))\s*/;
const TAIL =
  /<\|(?:eom_id|eot_id|im_end|end|endoftext|end_of_text|endofturn|python_end|return|call)\|>$|<turn\|>$/;

interface Whole {
  readonly begins: RegExp;
  readonly read: (text: string) => readonly RawCall[] | undefined;
}

const WHOLE: readonly Whole[] = [
  // Bound: it stands at the beginning, and no repetition in it matches what may follow.
  { begins: new RegExp(`^[[\\s]*${BEGINS.json}`), read: jsonAlone },
  // Bound: it stands at the beginning, and no repetition in it matches what may follow.
  { begins: new RegExp(`^${BEGINS.python}`), read: pythonCalls },
  // Bound: it stands at the beginning, and no repetition in it matches what may follow.
  { begins: new RegExp(`^${BEGINS.gemma}`), read: gemmaCalls },
];
/** Python that is meant to run: after Llama's tag, and in Gemini's code blocks. */
// Bound: it stands at the beginning, and no repetition in it matches what may follow.
const PROGRAM: Whole = { begins: new RegExp(`^(?:print\\(\\s*)?${PYTHON_CALL}`), read: pythonCalls };

/**
 * The calls, if the text is nothing but calls to tools.
 *
 * @param isProgram whether the text is known to be meant to run.
 */
export function bareCalls(
  text: string,
  isTool: (name: string) => boolean,
  isProgram = false,
): readonly RawCall[] {
  const whole = text.trim();
  const head = HEAD.exec(whole)?.[0] ?? "";
  const body = whole.slice(head.length).replace(TAIL, "").trimEnd();
  const forms = isProgram || head.startsWith("<|python") ? [...WHOLE, PROGRAM] : WHOLE;
  const calls = forms.find(({ begins }) => begins.test(body))?.read(body) ?? [];
  const named = calls.map((call) => ({ ...call, name: bareName(call.name) }));
  return named.every(({ name, input, loose }) => loose !== true && isTool(name) && isObject(input))
    ? named
    : [];
}

function jsonAlone(text: string): readonly RawCall[] | undefined {
  const calls = jsonValues(text)?.map(callsIn);
  return calls?.every((some) => some !== undefined) === true ? calls.flat() : undefined;
}

/** A tool's name as OpenAI's and Llama's models write it. */
function bareName(name: string): string {
  return name.replace(/^functions\./, "").replace(/\.call$/, "");
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether an answer with this beginning may consist of calls alone; `undefined` while that is undecided. */
export function mayBeBare(start: string): boolean | undefined {
  const text = start.trimStart();
  if (["functools[", "call:"].some((head) => head.startsWith(text))) return undefined;
  return /^(?:[{[]|functools\[|<\|python_|call:)/.test(text);
}
