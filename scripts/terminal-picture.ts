/** A run in a terminal as a moving SVG: what was typed and what came, at the times at which it came. */
import { columnsOf } from "../src/util/terminal-text.ts";

export interface Said {
  /** Milliseconds since the beginning. */
  readonly at: number;
  readonly text: string;
  readonly kind: "typed" | "shown";
}

/** A picture that stands before the terminal for a while. */
export interface Shot {
  /** PNG in base64. */
  readonly png: string;
  /** Pixels of the drawing. */
  readonly width: number;
  readonly height: number;
  /** Milliseconds since the beginning. */
  readonly from: number;
  readonly to: number;
}

const COLUMNS = 96;
const CELL = { width: 8.4, height: 19 };
const PAD = 16;
const BAR = 30;
/** How long the end stays to be read, before it begins anew. */
const REST_MS = 5000;

/** The picture; `label` is for those who cannot see it. */
export function terminalPicture(said: readonly Said[], label: string, shot?: Shot): string {
  const { pieces, rows: written } = placed(said);
  const rows = Math.max(written, Math.ceil((shot?.height ?? 0) / CELL.height) + 4);
  const total = (said.at(-1)?.at ?? 0) + REST_MS;
  const width = Math.ceil(COLUMNS * CELL.width + 2 * PAD);
  const height = BAR + rows * CELL.height + 2 * PAD;
  const texts = pieces.map(({ at, column, row, text, kind }) => {
    const x = (PAD + column * CELL.width).toFixed(1);
    const y = BAR + PAD + (row + 0.75) * CELL.height;
    const from = Math.min(0.999, at / total).toFixed(4);
    const show = `<animate attributeName="opacity" values="0;1" keyTimes="0;${from}" calcMode="discrete" dur="${total}ms" repeatCount="indefinite"/>`;
    return `<text class="${kind}" x="${x}" y="${y.toFixed(1)}" xml:space="preserve" textLength="${(columnsOf(text) * CELL.width).toFixed(1)}">${escaped(text)}${show}</text>`;
  });
  const images = shot === undefined ? [] : [shotImage(shot, { width, height, total })];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" aria-label="${escaped(label)}">
<style>text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;white-space:pre}.typed{fill:#f0f6fc;font-weight:600}.shown{fill:#adbac7}</style>
<rect width="${width}" height="${height}" rx="8" fill="#1c2128"/>
<circle cx="20" cy="16" r="5" fill="#ff5f57"/><circle cx="38" cy="16" r="5" fill="#febc2e"/><circle cx="56" cy="16" r="5" fill="#28c840"/>
${[...texts, ...images].join("\n")}
</svg>
`;
}

/** In the corner where editors show their questions. */
function shotImage(
  shot: Shot,
  { width, height, total }: Record<"width" | "height" | "total", number>,
): string {
  const [from, to] = [shot.from / total, shot.to / total].map((time) => time.toFixed(4));
  const show = `<animate attributeName="opacity" values="0;1;0" keyTimes="0;${from};${to}" calcMode="discrete" dur="${total}ms" repeatCount="indefinite"/>`;
  const place = `x="${width - shot.width - PAD}" y="${height - shot.height - PAD}" width="${shot.width}" height="${shot.height}"`;
  return `<image ${place} opacity="0" href="data:image/png;base64,${shot.png}">${show}</image>`;
}

/** Each piece on its line and column. */
function placed(said: readonly Said[]) {
  const pieces: (Said & { readonly row: number; readonly column: number })[] = [];
  let row = 0;
  let column = 0;
  for (const { at, text, kind } of said) {
    for (const part of text.split(/(\n|(?<= ))/).filter((one) => one !== "")) {
      if (part === "\n" || column + columnsOf(part.trimEnd()) > COLUMNS) {
        row += 1;
        column = 0;
      }
      if (part === "\n") continue;
      const last = pieces.at(-1);
      // What came at one moment stands in one element.
      if (last !== undefined && last.at === at && last.row === row && last.kind === kind) {
        pieces[pieces.length - 1] = { ...last, text: last.text + part };
      } else pieces.push({ at, kind, text: part, row, column });
      column += columnsOf(part);
    }
  }
  return { pieces, rows: row + 1 };
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
