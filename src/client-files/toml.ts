/**
 * Setting and removing strings, whole numbers and tables in a TOML file. No library edits TOML in place, so the text is changed where its
 * statements stand; every step is then parsed and taken only if it says what it said before with that one change.
 */
import { isDeepStrictEqual } from "node:util";
import { parse, TomlError, type TomlTable } from "smol-toml";
import { oneLine } from "../util/terminal-text.ts";
import { FileError } from "./file-error.ts";
import { valueAt, type Member } from "../recipes/member.ts";
import { statementsOf, type Statement } from "./toml-scan.ts";

/**
 * Sets members whose values are strings or whole numbers, at the top or in a table, and takes away values and tables.
 *
 * @param before what the file holds; `undefined` when there is none.
 * @throws FileError when it is not TOML, or says it in a way that cannot be changed safely; `file` names it.
 */
export function editToml(
  file: string,
  before: string | undefined,
  wanted: (content: unknown) => readonly Member[],
): string {
  const text = before ?? "";
  return wanted(readToml(file, text)).reduce((edited, member) => setMember(file, edited, member), text);
}

function setMember(file: string, text: string, { path, value, keep }: Member): string {
  const content = readToml(file, text);
  const there = valueAt(content, path);
  if (there === value || (keep && there !== undefined)) return text;
  const line = `${path.at(-1)} = ${JSON.stringify(value)}`;
  const statements = statementsOf(text);
  const done =
    value === undefined
      ? without(text, statements, path)
      : there === undefined
        ? added(text, statements, path.slice(0, -1), line)
        : replaced(text, statements, path, JSON.stringify(value));
  if (done !== undefined && says(done, changed(content, path, value), path)) return done;
  const [table, name] = [path.slice(0, -1), path.join(".")];
  const header = table.length === 0 ? "at the top" : `in [${table.join(".")}]`;
  throw new FileError(
    `${file} cannot be edited safely: ${name} is written in a way that is not understood; nothing was written\n` +
      (value === undefined ? `Remove ${name} yourself.` : `Write it yourself, ${header}: ${line}`),
  );
}

/** Whether a text says what it is to say. A table that only its members made goes with the last of them. */
function says(text: string, aim: TomlTable | undefined, path: readonly string[]): boolean {
  const now = parsed(text);
  if (aim === undefined || now === undefined) return false;
  for (let length = path.length - 1; length >= 0; length -= 1) {
    if (isDeepStrictEqual(now, aim)) return true;
    const [parent, name] = [path.slice(0, Math.max(0, length - 1)), path[length - 1]];
    const table = (parent.length === 0 ? aim : valueAt(aim, parent)) as TomlTable;
    if (name === undefined || Object.keys(table[name] ?? { full: 1 }).length > 0) return false;
    delete table[name];
  }
  return false;
}

/** Another string or whole number in place of one on one line. */
function replaced(text: string, statements: readonly Statement[], path: readonly string[], value: string) {
  const [start, end] = statements.find((each) => each.type === "pair" && isAt(each, path))?.value ?? [0, 0];
  const old = text.slice(start, end);
  const simple = /^\d+$/.test(old) || (/^["']/.test(old) && !/^(?:"""|''')/.test(old));
  return simple ? text.slice(0, start) + value + text.slice(end) : undefined;
}

/** The line at the end of its table; where there is no table, with a new one. At the top it goes before all tables and keys. */
function added(
  text: string,
  statements: readonly Statement[],
  table: readonly string[],
  line: string,
): string {
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  if (table.length === 0) {
    const top = /^\uFEFF?(?:[ \t]*#[^\n]*\n)*/.exec(text)?.[0].length ?? 0;
    return text.slice(0, top) + line + eol + text.slice(top);
  }
  const at = statements.findIndex((each) => each.type === "table" && isAt(each, table));
  if (at < 0) {
    const body = text === "" || text.endsWith("\n") ? text : text + eol;
    return `${body}${body === "" ? "" : eol}[${table.join(".")}]${eol}${line}${eol}`;
  }
  let end = statements[at]?.end ?? text.length;
  for (const next of statements.slice(at + 1)) {
    if (next.type !== "pair" || next.lineStart !== end) break;
    ({ end } = next);
  }
  const head = text.slice(0, end);
  return `${head}${head.endsWith("\n") ? "" : eol}${line}${eol}${text.slice(end)}`;
}

/** Without a pair, or a table with all that is in it; comments above it stay. */
function without(text: string, statements: readonly Statement[], path: readonly string[]): string {
  let left = text;
  for (const [index, each] of [...statements.entries()].toReversed()) {
    if (!isAt({ path: each.path.slice(0, path.length) }, path)) continue;
    const header = each.type !== "pair";
    const next = statements[index + 1];
    // What stands between a header and its first pair is about the pair.
    const end = header && next?.type === "pair" ? next.lineStart : each.end;
    // The empty line above a table goes with it.
    const blank = header
      ? (/(?:^|\n)(\r?\n)$/.exec(text.slice(Math.max(0, each.lineStart - 4), each.lineStart))?.[1]?.length ??
        0)
      : 0;
    left = left.slice(0, each.lineStart - blank) + left.slice(end);
  }
  return left;
}

function isAt({ path }: Pick<Statement, "path">, wanted: readonly string[]): boolean {
  return path.length === wanted.length && path.every((name, index) => name === wanted[index]);
}

/** The content with one value set or gone; `undefined` where something else is in the way. */
function changed(content: TomlTable, path: readonly string[], value: unknown): TomlTable | undefined {
  let table: Record<string, unknown> = content;
  for (const name of path.slice(0, -1)) {
    const next = (table[name] ??= Object.create(null) as unknown);
    if (typeof next !== "object" || next === null || Array.isArray(next)) return undefined;
    table = next as Record<string, unknown>;
  }
  const name = path.at(-1) ?? "";
  if (value === undefined) delete table[name];
  else table[name] = value;
  return content;
}

/** What a file holds; the same errors. */
export function readToml(file: string, text: string): TomlTable {
  try {
    return parseToml(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const twice = duplicate(text, error.line);
    throw new FileError(
      twice === undefined
        ? `${file} is not valid TOML (line ${error.line}); correct it first`
        : `${file} has ${oneLine(twice)} twice (again in line ${error.line}); correct it first`,
    );
  }
}

/** The name in this line, if the text has it before. */
function duplicate(text: string, line: number): string | undefined {
  const seen = new Set<string>();
  let lines = 1;
  let counted = 0;
  for (const { path, start } of statementsOf(text)) {
    for (; counted < start; counted += 1) if (text[counted] === "\n") lines += 1;
    const name = JSON.stringify(path);
    if (lines >= line) return seen.has(name) ? path.join(".") : undefined;
    seen.add(name);
  }
  return undefined;
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
