/** Calls as JSON objects, in the shapes that APIs and model families use. */
import { LIST_KEYS, NAME_KEYS } from "./beginnings.ts";
import { jsonEnd } from "./json-scan.ts";
import { parseLenient, type Lenient } from "./lenient-json.ts";

export interface RawCall {
  readonly name: string;
  /** An object where the body could be read as one, else its raw value. */
  readonly input: unknown;
  /** The arguments came as text, so only the tool's schema knows their types. */
  readonly texts?: true;
  /** Only the name shows that this is a call. */
  readonly loose?: true;
}

type Members = Readonly<Record<string, unknown>>;

const INPUT_KEYS = ["arguments", "parameters", "input", "args", "params", "tool_input", "kwargs"];

/**
 * The calls of values that follow one another; empty when one of them is not a call. Missing brackets are added only
 * to a text that is `closed`: without a closing tag, more may be missing.
 */
export function jsonCalls(text: string, closed: boolean): RawCall[] {
  if (text.startsWith('"')) return fromJson(unquotedText(text), closed);
  const calls = fromJson(text, closed);
  return calls.length > 0 ? calls : fromJson(unescapedOnce(text), closed);
}

const ENTITIES: Readonly<Record<string, string>> = {
  quot: '"',
  amp: "&",
  lt: "<",
  gt: ">",
  apos: "'",
  "#39": "'",
};

/** JSON that was escaped one time too many, as a string or as XML. */
function unescapedOnce(text: string): string {
  if (/^[[{\s]*&quot;/.test(text)) {
    return text.replaceAll(/&(quot|amp|lt|gt|apos|#39);/g, (_, name: string) => ENTITIES[name] ?? "");
  }
  return /^[[{\s]*\\"/.test(text) ? unquotedText(`"${text}"`) : "";
}

function unquotedText(text: string): string {
  try {
    return String(JSON.parse(text)).trim();
  } catch {
    return "";
  }
}

function fromJson(text: string, closed: boolean): RawCall[] {
  const calls: RawCall[] = [];
  const values = new JsonValues(text);
  for (let at = 0; text[at] === "{" || text[at] === "[";) {
    const parsed = values.at(at);
    if (parsed === undefined || !(parsed.complete || (closed && parsed.unclosed))) return calls;
    const found = callsIn(parsed.value);
    if (found === undefined) return [];
    calls.push(...found);
    at = skip(text, parsed.end, /[\s,;}\]]*/y);
  }
  return calls;
}

/** The values of a text that contains only values, one after the other. */
export function jsonValues(text: string): unknown[] | undefined {
  const values: unknown[] = [];
  const reader = new JsonValues(text);
  let at = 0;
  while (at < text.length) {
    const parsed = reader.at(at);
    if (parsed?.complete !== true) return undefined;
    values.push(parsed.value);
    at = skip(text, parsed.end, /[\s,;]*/y);
    if (at < text.length && text[at] !== "{") return undefined;
  }
  return values;
}

/** Reads the values of a text, each once: with several objects, each is cut out first. */
export class JsonValues {
  readonly #text: string;
  /** Whether counting brackets has found the ends so far; once it fails, searching each end would take quadratic time. */
  #cuts = true;

  constructor(text: string) {
    this.#text = text;
  }

  at(at: number): Lenient | undefined {
    const end = this.#cuts ? jsonEnd(this.#text, at) : undefined;
    const whole = end === undefined ? undefined : parseLenient(this.#text.slice(at, end));
    this.#cuts = whole?.complete === true && at + whole.end === end;
    if (whole?.complete === true) return { ...whole, end: at + whole.end };
    return parseLenient(this.#text, at);
  }
}

function skip(text: string, at: number, over: RegExp): number {
  over.lastIndex = at;
  over.test(text);
  return over.lastIndex;
}

/** The calls in a value: one call, a list of calls, or an object with such a list; `undefined` for anything else. */
export function callsIn(value: unknown): RawCall[] | undefined {
  const list = Array.isArray(value) ? value : (listIn(value) ?? [value]);
  const calls = list.map(fromMembers).filter((call) => call !== undefined);
  return calls.length === list.length ? calls : undefined;
}

function listIn(value: unknown): unknown[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const list = LIST_KEYS.map((key) => (value as Members)[key]).find(Array.isArray);
  return list;
}

/** The call in an object; `undefined` when it has no name. */
function fromMembers(value: unknown): RawCall | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const members = value as Members;
  // OpenAI's wire form: {"type": "function", "function": {"name": …, "arguments": …}}
  const inner = members["function"] ?? members["tool_call"];
  if (typeof inner === "object" && inner !== null) return fromMembers(inner);
  const nameKey = NAME_KEYS.find((key) => typeof members[key] === "string");
  if (nameKey === undefined) return underItsName(members);
  const name = String(members[nameKey]);
  // A tool's definition.
  if (members["description"] !== undefined && members["parameters"] !== undefined) return undefined;
  const inputKey = INPUT_KEYS.find((key) => members[key] !== undefined);
  if (inputKey !== undefined) return { name, input: unquoted(members[inputKey]) };
  // Arguments beside the name instead of inside `arguments`.
  const { [nameKey]: _, id: __, type: ___, ...rest } = members;
  return { name, input: rest, loose: true };
}

/** {"read_file": {…}} */
function underItsName(members: Members): RawCall | undefined {
  const [only, another] = Object.entries(members);
  if (only === undefined || another !== undefined || INPUT_KEYS.includes(only[0])) return undefined;
  const [name, input] = only;
  return typeof input === "object" && input !== null && !Array.isArray(input)
    ? { name, input, loose: true }
    : undefined;
}

/** Arguments written as a JSON string. */
function unquoted(input: unknown): unknown {
  if (input === null || (Array.isArray(input) && input.length === 0)) return {};
  if (typeof input !== "string") return input;
  if (input.trim() === "") return {};
  const parsed = parseLenient(input.trim());
  return parsed !== undefined && parsed.complete && typeof parsed.value === "object" ? parsed.value : input;
}
