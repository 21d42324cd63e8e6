/** Editing a YAML file; comments stay, and so does the layout where the library can write it as it was. */
import { isDeepStrictEqual } from "node:util";
import { parseDocument, type Document, type ToStringOptions } from "yaml";
import { CliError } from "../failure.ts";

const LAYOUTS: readonly ToStringOptions[] = [true, false].flatMap((indentSeq) =>
  [true, false].map((flowCollectionPadding) => ({ indentSeq, flowCollectionPadding, lineWidth: 0 })),
);

/**
 * Lets `change` edit the document.
 *
 * @param before what the file holds; `undefined` when there is none.
 * @throws CliError when it is not one YAML document; `file` names it.
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
  const layout = LAYOUTS.find((options) => read(file, plain).toString(options) === plain) ?? LAYOUTS[0];
  const content: unknown = document.toJS();
  change(document);
  const after: unknown = document.toJS();
  if (isDeepStrictEqual(after, content)) return text;
  const edited = document.toString(layout);
  if (!isDeepStrictEqual(read(file, edited).toJS(), after)) {
    throw new CliError(`${file} cannot be edited safely; nothing was written`);
  }
  return mark + edited.replaceAll("\n", eol);
}

function read(file: string, text: string): Document {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error === undefined) return document;
  const line = error.linePos?.[0].line;
  const where = line === undefined ? "" : `, line ${line}`;
  throw new CliError(`${file} is not one valid YAML document (${error.code}${where}); correct it first`);
}
