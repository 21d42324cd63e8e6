/**
 * The body of a call as model families write it. We ask for JSON with `name` and `arguments`; models sometimes use
 * the form they were trained on. Each form is one entry: how such a body begins, and its reader.
 */
import { PYTHON_CALL } from "./beginnings.ts";
import { elementCalls, memberElements } from "./elements.ts";
import { jsonCalls, type RawCall } from "./json-calls.ts";
import { namedCalls } from "./named.ts";
import { gemmaCalls, pythonCalls } from "./notation.ts";
import { unfenced } from "./trim.ts";

interface Form {
  readonly family: string;
  /** Matches the beginning of a body that may have this form. */
  readonly begins: RegExp;
  /**
   * The calls of a body; `undefined` when it has another form. `closed` means that a closing tag follows; without
   * one, text may be missing.
   */
  readonly read: (body: string, closed: boolean) => readonly RawCall[] | undefined;
}

const FORMS: readonly Form[] = [
  {
    family: "Python: LFM2, Llama 4, Gemini",
    // Bound: it stands at the beginning, and no repetition in it matches what may follow.
    begins: new RegExp(`^(?:\\[\\s*|print\\(\\s*)?${PYTHON_CALL}`),
    read: pythonCalls,
  },
  { family: "JSON: Hermes, Qwen, Llama, Mistral, OpenAI", begins: /^[{["]/, read: jsonCalls },
  { family: "Gemma 4, FunctionGemma", begins: /^call:/, read: gemmaCalls },
  {
    family: "elements: Claude, Qwen Coder, DeepSeek DSML, MiniMax, Seed",
    begins: /^[<\]]/,
    read: elementCalls,
  },
  { family: "an element for each member", begins: /^</, read: memberElements },
  { family: "name first: Mistral, DeepSeek V3, Kimi, GLM", begins: /^[\w./:-]/, read: namedCalls },
];

/** The calls in a body; empty when there is none. */
export function readCalls(body: string, closed: boolean): readonly RawCall[] {
  const text = unfenced(body.trim());
  for (const form of FORMS) {
    const calls = form.begins.test(text) ? form.read(text, closed) : undefined;
    if (calls !== undefined) return calls;
  }
  return [];
}
