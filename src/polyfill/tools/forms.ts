/**
 * The body of a call as model families write it, to a name and raw arguments. The form we ask for is JSON with `name`
 * and `arguments`; the others are habits that show through.
 */
import { parseLenient } from "./lenient-json.ts";

export interface RawCall {
  readonly name: string;
  /** An object where the body could be read as one, else what stood there. */
  readonly input: unknown;
}

type Members = Readonly<Record<string, unknown>>;

const NAME_KEYS = ["name", "tool_name", "tool", "function_name", "function", "recipient_name"];
const INPUT_KEYS = ["arguments", "parameters", "input", "args", "params", "tool_input", "kwargs"];

/**
 * The calls that a body holds; empty when it holds none. Missing brackets are supplied only for a body that was `closed` by a
 * tag: without one, more may be missing.
 */
export function readCalls(body: string, closed: boolean): RawCall[] {
  const text = unfenced(body.trim());
  if (text.startsWith("{") || text.startsWith("[")) return fromJson(text, closed);
  return fromXml(text) ?? fromNamed(text);
}

/** Code fences that models put around the JSON. */
function unfenced(text: string): string {
  return text
    .replace(/^```[\w-]*[ \t]*\r?\n?/, "")
    .replace(/\r?\n?```$/, "")
    .trim();
}

function fromJson(text: string, closed: boolean): RawCall[] {
  const parsed = parseLenient(text);
  if (parsed === undefined || !(parsed.complete || (closed && parsed.unclosed))) return [];
  const calls = (Array.isArray(parsed.value) ? parsed.value : [parsed.value]).map(fromMembers);
  if (calls.some((call) => call === undefined)) return [];
  const rest = text.slice(parsed.end).replace(/^[\s,}\]]+/, "");
  // Several objects in one block, one a line.
  const more = rest.startsWith("{") ? fromJson(rest, closed) : [];
  return [...calls.filter((call) => call !== undefined), ...more];
}

/** The call in an object; `undefined` when it has no name. */
export function fromMembers(value: unknown): RawCall | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const members = value as Members;
  // OpenAI's wire form: {"type": "function", "function": {"name": …, "arguments": …}}
  const inner = members["function"] ?? members["tool_call"];
  if (typeof inner === "object" && inner !== null) return fromMembers(inner);
  const nameKey = NAME_KEYS.find((key) => typeof members[key] === "string");
  if (nameKey === undefined) return undefined;
  const name = String(members[nameKey]);
  const inputKey = INPUT_KEYS.find((key) => members[key] !== undefined);
  if (inputKey !== undefined) return { name, input: unquoted(members[inputKey]) };
  // Arguments beside the name instead of below it.
  const { [nameKey]: _, id: __, type: ___, ...rest } = members;
  return { name, input: rest };
}

/** Arguments written as a string that holds JSON. */
function unquoted(input: unknown): unknown {
  if (input === null) return {};
  if (typeof input !== "string") return input;
  if (input.trim() === "") return {};
  const parsed = parseLenient(input.trim());
  return parsed !== undefined && parsed.complete && typeof parsed.value === "object" ? parsed.value : input;
}

const PARAMETER = /<(parameter|arg|argument)(?:=|\s+name=)["']?([\w.-]+)["']?\s*>([^]*?)<\/\1>/g;
const KEY_VALUE = /<arg_key>([^<]*)<\/arg_key>\s*<arg_value>([^]*?)<\/arg_value>/g;

/** `<invoke name="x">` and `<function=x>` with one element a parameter. */
function fromXml(text: string): RawCall[] | undefined {
  const calls: RawCall[] = [];
  const heads = /<(invoke|function)(?:=|\s+name=)["']?([\w./:-]+)["']?\s*>/g;
  for (const head of text.matchAll(heads)) {
    const [tag, kind = "", name = ""] = head;
    const from = head.index + tag.length;
    const end = text.indexOf(`</${kind}>`, from);
    const body = text.slice(from, end < 0 ? undefined : end);
    const json = body.trim().startsWith("{") ? parseLenient(body.trim()) : undefined;
    if (json?.complete === true) calls.push({ name, input: json.value });
    else
      calls.push({
        name,
        input: Object.fromEntries(
          [...body.matchAll(PARAMETER)].map(([, , key = "", value = ""]) => [key, scalar(value)]),
        ),
      });
  }
  return calls.length > 0 ? calls : undefined;
}

/** A bare name, then JSON or key and value elements. */
function fromNamed(text: string): RawCall[] {
  const [, name = "", rest = ""] = /^([\w./:-]+)\s*([^]*)$/.exec(text) ?? [];
  if (name === "") return [];
  const pairs = [...rest.matchAll(KEY_VALUE)];
  if (pairs.length > 0) {
    return [
      {
        name,
        input: Object.fromEntries(pairs.map(([, key = "", value = ""]) => [key.trim(), scalar(value)])),
      },
    ];
  }
  const body = rest.replace(/^\(([^]*)\)$/, "$1").trim();
  if (!body.startsWith("{")) return [];
  const parsed = parseLenient(body);
  return parsed?.complete === true ? [{ name, input: parsed.value }] : [];
}

/** Element content: JSON where it is JSON of another kind than text, else the text, less the line breaks around it. */
function scalar(text: string): unknown {
  const trimmed = text.trim();
  if (/^(?:-?\d+(?:\.\d+)?|true|false|null)$/.test(trimmed) || /^[[{]/.test(trimmed)) {
    try {
      return JSON.parse(trimmed);
    } catch {
      // Code often begins with a bracket.
    }
  }
  return text.replace(/^\r?\n/, "").replace(/\r?\n$/, "");
}
