import { columnsOf } from "../util/terminal-text.ts";

/** Rows of cells as lines of text with aligned columns. */
export function aligned(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, at) => Math.max(...lines.map((line) => columnsOf(line[at] ?? ""))));
  return lines.map((line) =>
    line
      .map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - columnsOf(cell)))
      .join("  ")
      .trimEnd(),
  );
}
