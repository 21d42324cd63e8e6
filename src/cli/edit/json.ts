/** Setting members of a JSON file with comments: every other character stays as the person wrote it. */
import { isDeepStrictEqual } from "node:util";
import {
  applyEdits,
  findNodeAtLocation,
  getNodeValue,
  modify,
  parseTree,
  printParseErrorCode,
  stripComments,
  type Node,
  type ParseError,
} from "jsonc-parser";
import { CliError } from "../failure.ts";
import type { Member } from "./member.ts";

/**
 * Sets members, with the objects they need on the way.
 *
 * @param before what the file holds; `undefined` when there is none.
 * @param wanted chooses the members by what the file holds.
 * @throws CliError when it is not JSON with comments, or has no room for a member; `file` names it.
 */
export function editJson(
  file: string,
  before: string | undefined,
  wanted: (content: unknown) => readonly Member[],
): string {
  const text = (before ?? "").replace(/^\uFEFF/, "").trim() === "" ? "{}\n" : (before ?? "");
  const members = wanted(getNodeValue(parse(file, text)));
  return members.reduce((edited, member) => setMember(file, edited, member), text);
}

function setMember(file: string, text: string, { path, value, keep }: Member): string {
  const root = parse(file, text);
  const there = findNodeAtLocation(root, [...path]);
  if (value === undefined)
    return there === undefined ? text : applyEdits(text, modify(text, [...path], undefined, {}));
  if (there !== undefined) {
    if (keep) return text;
    // The parser's objects have no prototype, which counts as a difference.
    if (isDeepStrictEqual(structuredClone<unknown>(getNodeValue(there)), value)) return text;
    const json = format(value, styleOf(text), indentAt(text, there.offset));
    return splice(text, there.offset, there.offset + there.length, json);
  }
  const depth = path.findLastIndex(
    (_, index) => findNodeAtLocation(root, path.slice(0, index)) !== undefined,
  );
  const parent = findNodeAtLocation(root, path.slice(0, depth));
  const [name = "", ...inner] = path.slice(depth);
  if (parent?.type !== "object") {
    throw new CliError(`${file}: ${path.slice(0, depth).join(".")} is no object; correct it first`);
  }
  const nested = inner.reduceRight<unknown>((content, member) => ({ [member]: content }), value);
  return addTo(text, parent, name, nested);
}

function parse(file: string, text: string): Node {
  const errors: ParseError[] = [];
  // A blank for the mark that Windows editors set keeps the places of everything else.
  const root = parseTree(text.replace(/^\uFEFF/, " "), errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) {
    const line = text.slice(0, first.offset).split("\n").length;
    throw new CliError(
      `${file} is not valid JSON with comments (${printParseErrorCode(first.error)} in line ${line}); correct it first`,
    );
  }
  if (root?.type !== "object") throw new CliError(`${file} holds no JSON object; correct it first`);
  return root;
}

function addTo(text: string, object: Node, name: string, value: unknown): string {
  const style = styleOf(text);
  const close = object.offset + object.length - 1;
  const last = object.children?.at(-1);
  const first = object.children?.[0];
  const oneLine = !text.slice(object.offset, close).includes("\n");
  if (last !== undefined && oneLine) {
    const end = last.offset + last.length;
    return splice(text, end, end, `, ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  }
  const outer = indentAt(text, object.offset);
  const indent = first === undefined ? outer + style.unit : indentAt(text, first.offset);
  const member = `${style.eol}${indent}${JSON.stringify(name)}: ${format(value, style, indent)}`;
  // Comments behind the last member stay where they are: the comma goes before them, the member behind.
  const content = text.slice(0, close).trimEnd();
  const after = text.slice(close);
  if (last === undefined) return `${content}${member}${style.eol}${outer}${after}`;
  const end = last.offset + last.length;
  const comma = stripComments(content.slice(end)).trimStart().startsWith(",") ? "" : ",";
  return `${content.slice(0, end)}${comma}${content.slice(end)}${member}${style.eol}${outer}${after}`;
}

function splice(text: string, start: number, end: number, insert: string): string {
  return text.slice(0, start) + insert + text.slice(end);
}

interface Style {
  readonly unit: string;
  readonly eol: string;
}

/** The indentation and line ends that the file uses already. */
function styleOf(text: string): Style {
  return { unit: /^([ \t]+)\S/m.exec(text)?.[1] ?? "  ", eol: text.includes("\r\n") ? "\r\n" : "\n" };
}

/** The blanks that begin the line in which `offset` is. */
function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))?.[0] ?? "";
}

function format(value: unknown, { unit, eol }: Style, indent: string): string {
  return JSON.stringify(value, undefined, unit).split("\n").join(`${eol}${indent}`);
}
