/** The pool as a table for a terminal. */
import type * as z from "zod";
import { attachedHost } from "../../routing/choose.ts";
import { columnsOf, fit, oneLine } from "../../util/terminal-text.ts";

/** What `GET /ready` says of one host, as far as it is shown. */
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
  "running/queued": ({ running, queued }) => `${running}/${queued}`,
  can: ({ abilities: { deltas, tools, images, audio } }) =>
    listed([
      ...(tools ? ["tools"] : []),
      ...(deltas ? ["deltas"] : []),
      ...(images === "yes" ? ["images"] : []),
      ...(audio === "yes" ? ["audio"] : []),
    ]),
  models: ({ models }) => listed(models),
};

/**
 * One line a host, below a heading.
 *
 * @param width of the terminal, in columns; longer lines are cut.
 */
export function hostTable(hosts: readonly HostState[], width = Infinity): string[] {
  if (hosts.length === 0) return ["No MCP host is attached."];
  const heading = Object.keys(COLUMNS);
  const rows = hosts.map((host) => Object.values(COLUMNS).map((cell) => cellOf(cell(host))));
  const widths = heading.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => columnsOf(row[column] ?? ""))),
  );
  return [heading, ...rows].map((row) =>
    fit(
      row
        .map((cell, column) => padded(cell, widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
      width,
    ),
  );
}

function stateOf({ canSample, draining, failing }: HostState): string {
  if (!canSample) return "no sampling";
  if (draining) return "draining";
  return failing ? "failing" : "ok";
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "-" : names.join(", ");
}

/** In a table one sign for each character that cannot be shown is enough. */
function cellOf(text: string): string {
  return oneLine(text.slice(0, 4 * LONGEST).replaceAll(/\p{C}/gu, "?"), LONGEST);
}

function padded(cell: string, columns: number): string {
  return cell + " ".repeat(Math.max(0, columns - columnsOf(cell)));
}
