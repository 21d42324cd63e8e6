/**
 * Setting strings in a TOML file. No library edits TOML in place, so the text is changed around what a pattern finds; every
 * step is then parsed and taken only if it says what it said before with that one value set. What a pattern found in the
 * wrong place, in a multi-line string for instance, so does no harm.
 */
import { isDeepStrictEqual } from "node:util";
import { parse, TomlError, type TomlTable } from "smol-toml";
import { CliError } from "../failure.ts";
import { valueAt, type Member } from "./member.ts";

/**
 * Sets members whose values are strings, at the top or in a table.
 *
 * @param before what the file holds; `undefined` when there is none.
 * @throws CliError when it is not TOML, or says it in a way that cannot be changed safely; `file` names it.
 */
export function editToml(
  file: string,
  before: string | undefined,
  wanted: (content: unknown) => readonly Member[],
): string {
  const text = before ?? "";
  return wanted(read(file, text)).reduce((edited, member) => setMember(file, edited, member), text);
}

function setMember(file: string, text: string, { path, value, keep }: Member): string {
  const there = valueAt(read(file, text), path);
  if (there === value || (keep && there !== undefined)) return text;
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const [table, name] = [path.slice(0, -1), path.at(-1) ?? ""];
  const line = `${name} = ${JSON.stringify(value)}`;
  const attempts = there === undefined ? additions(text, table, line, eol) : replacements(text, name, value);
  const aim = withValue(read(file, text), path, value);
  const done = attempts.find((attempt) => aim !== undefined && isDeepStrictEqual(parsed(attempt), aim));
  if (done !== undefined) return done;
  const header = table.length === 0 ? "at the top" : `in [${table.join(".")}]`;
  throw new CliError(
    `${file} cannot be edited safely: ${path.join(".")} is written in a way that is not understood; nothing was written\n` +
      `Write it yourself, ${header}: ${line}`,
  );
}

/** The line with this name changed, at each place where there is one. */
function replacements(text: string, name: string, value: unknown): string[] {
  const quoted = `(?:${name}|"${name}"|'${name}')`;
  const string = `(?:"(?:[^"\\\\\\r\\n]|\\\\.)*"|'[^'\\r\\n]*')`;
  const lines = text.matchAll(
    new RegExp(`^([ \\t]*${quoted}[ \\t]*=[ \\t]*)${string}(?=[ \\t]*(?:#|\\r?$))`, "gm"),
  );
  return [...lines].map(
    ({ 0: whole, 1: start = "", index }) =>
      text.slice(0, index) + start + JSON.stringify(value) + text.slice(index + whole.length),
  );
}

/** The line at the end of its table; where there is no table, with a new one. At the top it goes before all tables and keys. */
function additions(text: string, table: readonly string[], line: string, eol: string): string[] {
  if (table.length === 0) {
    const top = /^\uFEFF?(?:[ \t]*#[^\n]*\n)*/.exec(text)?.[0].length ?? 0;
    return [text.slice(0, top) + line + eol + text.slice(top)];
  }
  const names = table.map((name) => `(?:${name}|"${name}"|'${name}')`).join("[ \\t]*\\.[ \\t]*");
  const header = new RegExp(
    `^[ \\t]*\\[[ \\t]*${names}[ \\t]*\\][ \\t]*(?:#[^\\n]*)?\\r?\\n?(?:[ \\t]*[^\\[\\s#][^\\n]*(?:\\n|(?![^])))*`,
    "gm",
  );
  const inTable = [...text.matchAll(header)].map(({ 0: whole, index }) => {
    const end = index + whole.length;
    return `${text.slice(0, end)}${whole.endsWith("\n") ? "" : eol}${line}${eol}${text.slice(end)}`;
  });
  const body = text === "" || text.endsWith("\n") ? text : text + eol;
  return [...inTable, `${body}${body === "" ? "" : eol}[${table.join(".")}]${eol}${line}${eol}`];
}

/** The content with one value set; `undefined` where something else is in the way. */
function withValue(content: TomlTable, path: readonly string[], value: unknown): TomlTable | undefined {
  let table: Record<string, unknown> = content;
  for (const name of path.slice(0, -1)) {
    const next = (table[name] ??= Object.create(null) as unknown);
    if (typeof next !== "object" || next === null || Array.isArray(next)) return undefined;
    table = next as Record<string, unknown>;
  }
  table[path.at(-1) ?? ""] = value;
  return content;
}

function read(file: string, text: string): TomlTable {
  try {
    return parseToml(text);
  } catch (error) {
    const where = error instanceof TomlError ? ` (line ${error.line})` : "";
    throw new CliError(`${file} is not valid TOML${where}; correct it first`);
  }
}

function parsed(text: string): TomlTable | undefined {
  try {
    return parseToml(text);
  } catch {
    return undefined;
  }
}

function parseToml(text: string): TomlTable {
  return parse(text.replace(/^\uFEFF/, ""), { integersAsBigInt: "asNeeded" });
}
