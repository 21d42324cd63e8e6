/** Calls that are a whole answer, or a whole code block, without any tags. */
import { BEGINS } from "./beginnings.ts";
import { callsIn, jsonValues, type RawCall } from "./forms.ts";

const HEAD = /^(?:<\|python_tag\|>|functools(?=\[))\s*/;
const TAIL = /<\|(?:eom_id|eot_id|im_end|end|endoftext)\|>$/;
const CALL = new RegExp(`^[[\\s]*${BEGINS.json}`);

/** The calls, if the text is one JSON object, or several, of the form of a call to a tool. */
export function bareCalls(text: string, isTool: (name: string) => boolean): readonly RawCall[] {
  const json = text.trim().replace(HEAD, "").replace(TAIL, "");
  if (!CALL.test(json)) return [];
  const calls = jsonValues(json)?.map(callsIn);
  const known = calls?.every((some) =>
    some?.every((call) => call.loose !== true && isTool(bareName(call.name)) && isObject(call.input)),
  );
  return known === true ? (calls ?? []).flatMap((some) => some ?? []) : [];
}

/** A tool's name as OpenAI's models write it. */
function bareName(name: string): string {
  return name.replace(/^functions\./, "");
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether an answer that begins so may be calls alone; `undefined` while that is open. */
export function mayBeBare(start: string): boolean | undefined {
  const text = start.trimStart();
  if (text === "" || "functools[".startsWith(text)) return undefined;
  return /^(?:[{[]|functools\[|<\|python_tag)/.test(text);
}
