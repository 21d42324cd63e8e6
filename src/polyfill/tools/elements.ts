/** Calls written as XML elements: `<invoke name="x">`, `<function=x>`, `<name>x</name>`. */
import type { RawCall } from "./forms.ts";
import { parseLenient } from "./lenient-json.ts";

const PARAMETER =
  /<(?:antml:)?(parameter|arg|argument)(?:=|\s+name=)["']?([\w.-]{1,128})(?![\w.-])["']?[^<>\n]{0,100}>([^]*?)(?:<\/(?:antml:)?\1>|(?=<(?:antml:)?\1[=\s])|$)/g;
const HEAD =
  /<(?:antml:)?(invoke|function)(?:=|\s+name=)["']?([\w./:-]{1,128})(?![\w./:-])["']?[^<>\n]{0,100}>/g;

/** The calls; none when the text ended inside one, `undefined` when the text has another form. */
export function readElements(text: string, closed: boolean): RawCall[] | undefined {
  const calls: RawCall[] = [];
  const heads = [...text.matchAll(HEAD)];
  for (const [place, head] of heads.entries()) {
    const [tag, kind = "", name = ""] = head;
    const from = head.index + tag.length;
    const limit = heads[place + 1]?.index ?? text.length;
    const end = endOf(kind, text, from, limit);
    // Without its end, an element may lack arguments.
    if (end === undefined && limit === text.length && !closed) return [];
    const body = text.slice(from, end ?? limit);
    if (body.trim().startsWith("{")) {
      const json = parseLenient(body.trim());
      if (json?.complete !== true) return [];
      calls.push({ name, input: json.value });
    } else calls.push({ name, ...parametersOf(body) });
  }
  return calls.length > 0 ? calls : fromNameElement(text);
}

/** Where the element ends, not looking further than `limit`. */
function endOf(kind: string, text: string, from: number, limit: number): number | undefined {
  const end = text.slice(from, limit).search(kind === "invoke" ? /<\/(?:antml:)?invoke>/ : /<\/function>/);
  return end < 0 ? undefined : from + end;
}

function parametersOf(body: string): Omit<RawCall, "name"> {
  const pairs = [...body.matchAll(PARAMETER)].map(([, , key = "", value = ""]) => [key, value]);
  return { input: Object.fromEntries(pairs), texts: true };
}

const NAME = /^\s*<(name|tool_name|tool)>\s*([\w./:-]+)\s*<\/\1>/;
const INPUT = /<(arguments|parameters|input|args)>/;

/** The name and the arguments in elements of their own. */
function fromNameElement(text: string): RawCall[] | undefined {
  const [head, , name] = NAME.exec(text) ?? [];
  if (head === undefined || name === undefined) return undefined;
  const rest = text.slice(head.length);
  const input = INPUT.exec(rest);
  const end = rest.lastIndexOf(`</${input?.[1] ?? ""}>`);
  if (input === null || end < input.index) return [];
  const body = rest.slice(input.index + input[0].length, end);
  const json = body.trim().startsWith("{") ? parseLenient(body.trim()) : undefined;
  if (json?.complete === true) return [{ name, input: json.value }];
  return [{ name, input: Object.fromEntries(children(body)), texts: true }];
}

function children(body: string): [string, string][] {
  const found: [string, string][] = [];
  const head = /<([\w.-]+)>/g;
  for (let match = head.exec(body); match !== null; match = head.exec(body)) {
    const [, key = ""] = match;
    const end = body.indexOf(`</${key}>`, head.lastIndex);
    if (end < 0) break;
    found.push([key, body.slice(head.lastIndex, end)]);
    head.lastIndex = end + key.length + 3;
  }
  return found;
}
