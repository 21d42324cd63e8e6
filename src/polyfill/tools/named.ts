/** Calls with the name before the arguments: `Read {"a": 1}`, with the separators of Mistral, DeepSeek, Kimi and GLM. */
import type { RawCall } from "./json-calls.ts";
import { parseLenient } from "./lenient-json.ts";
import { matchAt, skipSpace } from "./scan.ts";
import { unfenced } from "./trim.ts";

const KIND = /function<｜tool▁sep｜>/y;
const NAME = /[\w./:-]+/y;
const SEPARATOR =
  /<｜tool▁sep｜>|<\|tool_call_argument_begin\|>|(?:\[CALL_ID\]\s{0,9}[\w-]{1,100}\s{0,9})?\[ARGS\]/y;
const KEY = /<arg_key>([^<]*)<\/arg_key>/;
const VALUE = /<arg_value>/y;

/** A bare name, then JSON or key and value elements. */
export function namedCalls(text: string, closed: boolean): RawCall[] {
  const start = matchAt(KIND, text, 0)?.[0].length ?? 0;
  const [name = ""] = matchAt(NAME, text, start) ?? [];
  if (name === "") return [];
  const separator = skipSpace(text, start + name.length);
  const rest = text.slice(
    skipSpace(text, separator + (matchAt(SEPARATOR, text, separator)?.[0].length ?? 0)),
  );
  if (rest === "") return closed ? [{ name, input: {} }] : [];
  const pairs = closed ? keysAndValues(rest) : [];
  if (pairs.length > 0) return [{ name, input: Object.fromEntries(pairs), texts: true }];
  const inside = rest.startsWith("(") && rest.endsWith(")") ? rest.slice(1, -1) : rest;
  const body = unfenced(inside.trim());
  if (!body.startsWith("{")) return [];
  const parsed = parseLenient(body);
  return parsed?.complete === true ? [{ name, input: argumentsOf(parsed.value) }] : [];
}

/** A value that contains a closing tag ends at the last one before the next key. */
function keysAndValues(text: string): [string, string][] {
  const pairs: [string, string][] = [];
  const [, ...rest] = text.split("<arg_key>");
  for (const pair of rest) {
    const key = KEY.exec(`<arg_key>${pair}`);
    const from = skipSpace(pair, (key?.[0].length ?? 0) - "<arg_key>".length);
    const end = pair.lastIndexOf("</arg_value>");
    const value = key === null ? undefined : matchAt(VALUE, pair, from);
    if (value === undefined || end < from) continue;
    pairs.push([key?.[1]?.trim() ?? "", pair.slice(from + value[0].length, end)]);
  }
  return pairs;
}

/** {"arguments": {…}} with the name outside. */
function argumentsOf(value: unknown): unknown {
  const [only, another] = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const wrapped =
    only !== undefined && another === undefined && ["arguments", "parameters"].includes(only[0]);
  return wrapped && typeof only[1] === "object" ? only[1] : value;
}
