/** Editing a YAML file; comments stay, and so does the layout where the library can write it as it was. */
import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, isSeq, parseDocument, type Document, type ToStringOptions } from "yaml";
import { oneLine } from "../util/terminal-text.ts";
import { FileError } from "./file-error.ts";

const LAYOUTS: readonly ToStringOptions[] = [true, false].flatMap((indentSeq) =>
  [true, false].flatMap((flowCollectionPadding) =>
    [2, 4].map((indent) => ({ indentSeq, flowCollectionPadding, indent, lineWidth: 0 })),
  ),
);

/**
 * Lets `change` edit the document.
 *
 * @param before what the file holds; `undefined` when there is none.
 * @throws FileError when it is not one YAML document; `file` names it.
 */
export function editYaml(
  file: string,
  before: string | undefined,
  change: (document: Document) => void,
): string {
  const text = before ?? "";
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const plain = text.slice(mark.length).replaceAll("\r\n", "\n");
  const document = read(file, plain);
  const layout = LAYOUTS.find((options) => document.toString(options) === plain) ?? LAYOUTS[0];
  const content = contentOf(file, document);
  change(document);
  const after = contentOf(file, document);
  if (isDeepStrictEqual(after, content)) return text;
  const edited = document.toString(layout);
  if (!isDeepStrictEqual(contentOf(file, read(file, edited)), after)) {
    throw new FileError(`${file} cannot be edited safely; nothing was written`);
  }
  return mark + edited.replaceAll("\n", eol);
}

function read(file: string, text: string): Document {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error === undefined) return document;
  const line = error.linePos?.[0].line;
  if (error.code === "DUPLICATE_KEY") {
    const name = oneLine(/^[^\n:]*/.exec(text.slice(error.pos[0], error.pos[0] + 500))?.[0] ?? "");
    throw new FileError(`${file} has ${name} twice (again in line ${line}); correct it first`);
  }
  const where = line === undefined ? "" : `, line ${line}`;
  throw new FileError(`${file} is not one valid YAML document (${error.code}${where}); correct it first`);
}

/** Aliases that would make more of a file than it is are refused. */
function contentOf(file: string, document: Document): unknown {
  try {
    return document.toJS();
  } catch {
    throw new FileError(`${file} cannot be edited safely: its aliases are too many; nothing was written`);
  }
}

/** What a file holds; the same errors. */
export function readYaml(file: string, text: string): unknown {
  return contentOf(file, read(file, text.replace(/^\uFEFF/, "")));
}

/**
 * Takes members and list items away, each with its lines, or gives scalars another value; every other character stays.
 *
 * @param changes what is at a path is to become; `undefined` takes it away.
 * @throws FileError when that cannot be done so.
 */
export function cutYaml(
  file: string,
  text: string,
  changes: readonly { readonly path: readonly (string | number)[]; readonly value: unknown }[],
): string {
  let left = text;
  for (const { path, value } of changes) {
    const mark = left.startsWith("\uFEFF") ? 1 : 0;
    const document = read(file, left.slice(mark));
    const aim = read(file, left.slice(mark));
    if (value === undefined) aim.deleteIn(path);
    else aim.setIn(path, value);
    const range = value === undefined ? linesOf(document, path, left, mark) : scalarAt(document, path);
    const edited =
      range === undefined
        ? undefined
        : left.slice(0, range[0] + mark) +
          (value === undefined ? "" : JSON.stringify(value)) +
          left.slice(range[1] + mark);
    if (
      edited === undefined ||
      !isDeepStrictEqual(contentOf(file, read(file, edited.slice(mark))) ?? {}, contentOf(file, aim) ?? {})
    ) {
      throw new FileError(
        `${file} cannot be edited safely; nothing was written\nChange ${path.join(".")} yourself.`,
      );
    }
    left = edited;
  }
  return left;
}

type Range = readonly [number, number];

function scalarAt(document: Document, path: readonly (string | number)[]): Range | undefined {
  const node = document.getIn(path, true);
  return isScalar(node) && node.range ? [node.range[0], node.range[1]] : undefined;
}

/** The lines of a member with its key, or of a list item with its dash. */
function linesOf(
  document: Document,
  path: readonly (string | number)[],
  text: string,
  mark: number,
): Range | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const name = path.at(-1);
  let node: unknown = document.getIn(path, true);
  let from: number | undefined;
  if (isMap(parent)) {
    const pair = parent.items.find(({ key }) => isScalar(key) && key.value === name);
    if (isScalar(pair?.key)) from = pair.key.range?.[0];
    node = pair?.value ?? pair?.key;
  } else if (isSeq(parent)) from = rangeOf(node)?.[0];
  const to = rangeOf(node)?.[1];
  if (from === undefined || to === undefined) return undefined;
  const source = text.slice(mark);
  const start = source.lastIndexOf("\n", from - 1) + 1;
  if (!/^[ \t]*(?:-[ \t]+)?$/.test(source.slice(start, from))) return undefined;
  if (source[to - 1] === "\n") return [start, to];
  const end = source.indexOf("\n", to);
  const rest = source.slice(to, end < 0 ? source.length : end);
  return /^[ \t]*(?:#.*)?\r?$/.test(rest) ? [start, end < 0 ? source.length : end + 1] : undefined;
}

function rangeOf(node: unknown): Range | undefined {
  const { range } = (node ?? {}) as { readonly range?: readonly [number, number, number] | null };
  return range ? [range[0], range[1]] : undefined;
}
