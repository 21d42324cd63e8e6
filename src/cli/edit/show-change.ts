import { FILE_HEADERS_ONLY, formatPatch, structuredPatch } from "diff";

/** What an edit changes, as a unified diff. */
export function showChange(file: string, before: string | undefined, after: string): string {
  const name = before === undefined ? "(no file)" : file;
  // The edits keep the line ends that they find, which would show as dirt in a terminal.
  const patch = structuredPatch(name, file, plain(before ?? ""), plain(after), undefined, undefined, {
    context: 3,
  });
  return formatPatch(patch, FILE_HEADERS_ONLY);
}

function plain(text: string): string {
  return text.replaceAll("\r\n", "\n");
}
