/** The pool as a table for a terminal. */
import type * as z from "zod";
import { attachedHost } from "../../routing/choose.ts";
import { columnsOf, fit, oneLine } from "../../util/terminal-text.ts";
import { say } from "../../util/say.ts";

/** The members of a host in `GET /ready` that are shown. */
export const hostState = attachedHost.omit({ id: true, refusalEndsAll: true, slots: true }).extend({
  abilities: attachedHost.shape.abilities.pick({ deltas: true, tools: true, images: true, audio: true }),
});
export type HostState = z.output<typeof hostState>;

/** The first revision of the modern era; revisions are dates. */
const MODERN = "2026-07-28";

/** Characters of a cell. */
const LONGEST = 80;

const COLUMNS: Readonly<Record<string, (host: HostState) => string>> = {
  label: ({ label }) => label,
  host: ({ name, version }) => `${name} ${version}`,
  era: ({ revision }) => (revision === undefined ? "-" : revision < MODERN ? "legacy" : "modern"),
  transport: ({ transport }) => transport,
  state: stateOf,
  consent: ({ consent }) => consent,
  "run/wait": ({ running, queued }) => `${running}/${queued}`,
  can: ({ abilities: { deltas, tools, images, audio } }) =>
    listed([
      ...(tools ? ["tools"] : []),
      ...(deltas ? ["deltas"] : []),
      ...(images === "yes" ? ["images"] : []),
      ...(audio === "yes" ? ["audio"] : []),
    ]),
  models: ({ models }) => listed(models),
};

/** When the table is wider than the terminal, first these columns become narrower, the last ones first … */
const SHRINKS = ["label", "host", "can", "models"];
/** … down to this width, and then these are left out, one after the other. */
const LEAST = 10;
const LEFT_OUT = ["transport", "era", "can", "models", "consent", "host"];
const GAP = "  ";

/**
 * One line for each host, below a heading.
 *
 * @param width of the terminal, in columns; text that does not fit is cut or left out.
 */
export function hostTable(hosts: readonly HostState[], width = Infinity): string[] {
  if (hosts.length === 0) return [say`No MCP host is attached.`];
  const columns = Object.entries(COLUMNS).map(([title, cell]) => {
    const cells = [title, ...hosts.map((host) => cellOf(cell(host)))];
    return { title, cells, columns: Math.max(...cells.map(columnsOf)) };
  });
  const total = (): number =>
    columns.reduce((sum, column) => sum + column.columns, GAP.length * (columns.length - 1));
  for (const title of SHRINKS.toReversed()) {
    const column = columns.find((one) => one.title === title);
    const excess = total() - width;
    if (column === undefined || excess <= 0) continue;
    column.columns = Math.max(Math.min(LEAST, column.columns), column.columns - excess);
  }
  for (const title of LEFT_OUT) {
    const index = columns.findIndex((one) => one.title === title);
    if (total() > width && index >= 0) columns.splice(index, 1);
  }
  return ["", ...hosts].map((_, row) => {
    const cells = columns.map((column) =>
      padded(fit(column.cells[row] ?? "", column.columns), column.columns),
    );
    return fit(cells.join(GAP).trimEnd(), width);
  });
}

function stateOf({ canSample, draining, failing }: HostState): string {
  if (!canSample) return "no sampling";
  if (draining) return "draining";
  return failing ? "failing" : "ok";
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "-" : names.join(", ");
}

/** In a table each unprintable character becomes one sign. */
function cellOf(text: string): string {
  return oneLine(text.slice(0, 4 * LONGEST).replaceAll(/\p{C}/gu, "?"), LONGEST);
}

function padded(cell: string, columns: number): string {
  return cell + " ".repeat(Math.max(0, columns - columnsOf(cell)));
}
