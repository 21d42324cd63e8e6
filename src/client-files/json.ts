/** Setting members of a JSON file with comments: every other character stays as the person wrote it. */
import { isDeepStrictEqual } from "node:util";
import {
  createScanner,
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
  stripComments,
  type Node,
  type ParseError,
} from "jsonc-parser";
import { oneLine } from "../util/terminal-text.ts";
import { FileError } from "./file-error.ts";
import type { Member } from "../recipes/member.ts";

/**
 * Sets members, with the objects they need on the way.
 *
 * @param before what the file holds; `undefined` when there is none.
 * @param wanted chooses the members by what the file holds.
 * @throws FileError when it is not JSON with comments, or has no room for a member; `file` names it.
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
  if (value === undefined) return there?.parent === undefined ? text : withoutMember(text, there.parent);
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
    throw new FileError(`${file}: ${path.slice(0, depth).join(".")} is not an object; correct it first`);
  }
  const nested = inner.reduceRight<unknown>((content, member) => ({ [member]: content }), value);
  return addTo(text, parent, name, nested);
}

/** What a file holds; the same errors. */
export function readJson(file: string, text: string): unknown {
  return getNodeValue(parse(file, text));
}

function parse(file: string, text: string): Node {
  const errors: ParseError[] = [];
  // A blank for the mark that Windows editors set keeps the places of everything else.
  const root = parseTree(text.replace(/^\uFEFF/, " "), errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) {
    const line = text.slice(0, first.offset).split("\n").length;
    throw new FileError(
      `${file} is not valid JSON with comments (${printParseErrorCode(first.error)} in line ${line}); correct it first`,
    );
  }
  if (root?.type !== "object") throw new FileError(`${file} holds no JSON object; correct it first`);
  const twice = duplicate(root);
  if (twice !== undefined) {
    const line = text.slice(0, twice.offset).split("\n").length;
    throw new FileError(
      `${file} has ${oneLine(text.slice(twice.offset, twice.offset + twice.length))} twice (again in line ${line}), ` +
        "and readers differ in which one counts; correct it first",
    );
  }
  return root;
}

/** The first name that its object has already. */
function duplicate(root: Node): Node | undefined {
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const names = new Set<unknown>();
    for (const child of node.children ?? []) {
      const [name, value] = node.type === "object" ? (child.children ?? []) : [undefined, child];
      if (value !== undefined) open.push(value);
      if (name === undefined) continue;
      if (names.has(name.value)) return name;
      names.add(name.value);
    }
  }
  return undefined;
}

/** Takes a member with one comma, and the line that becomes empty; comments around it stay. */
function withoutMember(text: string, member: Node): string {
  const siblings = member.parent?.children ?? [];
  const before = siblings[siblings.indexOf(member) - 1];
  const [start, end] = [member.offset, member.offset + member.length];
  const behind = commaIn(text, end, (member.parent?.offset ?? 0) + (member.parent?.length ?? text.length));
  const comma = behind ?? (before && commaIn(text, before.offset + before.length, start));
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const close = behind === undefined ? end : behind + 1;
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(close, nextLine(text, close)))?.[0];
  const whole =
    rest !== undefined &&
    text.slice(lineStart, start).trim() === "" &&
    text.slice(end, close).trim().length < 2;
  let edited = text;
  if (whole) edited = splice(edited, lineStart, close + rest.length, "");
  else {
    // On a line with others a blank goes with it.
    const blank =
      behind !== undefined && behind === end
        ? (/^[ \t]*/.exec(text.slice(close, nextLine(text, close)))?.[0].length ?? 0)
        : 0;
    if (behind !== undefined) edited = splice(edited, behind, close + blank, "");
    edited = splice(edited, start, end, "");
  }
  if (behind === undefined && comma !== undefined) {
    const gap = whole ? comma + 1 : text.slice(comma + 1, start).trim() === "" ? start : comma + 1;
    edited = splice(edited, comma, gap, "");
  }
  return siblings.length === 1 ? closed(edited, member.parent?.offset ?? 0) : edited;
}

/** Where the comma is, behind comments. */
function commaIn(text: string, from: number, to: number): number | undefined {
  const scanner = createScanner(text.slice(0, to), true);
  scanner.setPosition(from);
  scanner.scan();
  const found = scanner.getTokenOffset();
  return found < to && text[found] === "," ? found : undefined;
}

function nextLine(text: string, from: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? text.length : end + 1;
}

/** An object without anything in it is written as one. */
function closed(text: string, offset: number): string {
  const end = text.indexOf("}", offset);
  return text.slice(offset + 1, end).trim() === "" ? splice(text, offset + 1, end, "") : text;
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
  const trailing = stripComments(content.slice(end)).trimStart().startsWith(",");
  const [comma, own] = trailing ? ["", ","] : [",", ""];
  return `${content.slice(0, end)}${comma}${content.slice(end)}${member}${own}${style.eol}${outer}${after}`;
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
