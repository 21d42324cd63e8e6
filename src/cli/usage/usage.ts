/** `mcptb usage`: from the file if there is one, else from the running bridge. */
import type { Config } from "../../config/settings.ts";
import { HAS_FILE, History } from "../../control/history/history.ts";
import {
  type Total,
  type UsageBy,
  usageTotals,
  type UsageQuery,
  type UsageTotals,
} from "../../control/history/record.ts";
import { askBridge } from "../../joining/ask-bridge.ts";
import { clientUrl } from "../../joining/client-url.ts";
import { aligned } from "../aligned.ts";
import { CliError } from "../failure.ts";
import { operatorKeyFor } from "../operator-bridge.ts";
import { print, tell } from "../print.ts";
import { say } from "../../util/say.ts";

type Place = Pick<Config, "host" | "port" | "apiKey" | "operatorKey" | "stateDir" | "keepDays">;

const MEMBERS = [
  "requests",
  "errors",
  "inputTokens",
  "outputTokens",
  "estimatedTokens",
] as const satisfies readonly (keyof Total)[];

/** @throws CliError when no bridge answers. */
export async function showUsage(
  place: Place,
  query: UsageQuery,
  form: "table" | "json" | "csv",
): Promise<void> {
  const { kept, totals } = (await fromFile(place, query)) ?? (await fromBridge(place, query));
  if (form === "json") print(`${JSON.stringify(totals, undefined, 2)}\n`);
  else if (form === "csv")
    print(`${[[query.by, ...MEMBERS], ...totals.map(cells)].map(csvLine).join("\n")}\n`);
  else if (totals.length === 0) print(`${say`There were no requests.`}\n`);
  else print(`${aligned([titles(query.by), ...totals.map(cells)]).join("\n")}\n`);
  if (kept === "memory")
    tell(`${say`This is the history in the memory of the running bridge, since its start.`}\n`);
}

/** Nothing where there is no file, or none that can be read: then a bridge that runs has what is known. */
async function fromFile({ stateDir, keepDays }: Place, query: UsageQuery): Promise<UsageTotals | undefined> {
  if (!HAS_FILE) return undefined;
  const history = new History({
    stateDir,
    keepDays,
    onNotice: (message) => tell(`${message}\n`),
  });
  try {
    const usage = await history.totals(query);
    return usage.kept === "file" ? usage : undefined;
  } finally {
    await history.close();
  }
}

async function fromBridge(place: Place, { by, since }: UsageQuery): Promise<UsageTotals> {
  const url = clientUrl(place.host, place.port);
  const address = { url, key: await operatorKeyFor(url, place) };
  const reply = await askBridge(address, `/usage?by=${by}&since=${since}`);
  if ("error" in reply) {
    throw new CliError(
      say`no bridge answers at ${address.url} (${reply.error})\nOn this Node the history is only in the memory of the running bridge; from Node 22.13 on it is a file.`,
    );
  }
  const usage = usageTotals.safeParse(reply.body).data;
  if (usage !== undefined) return usage;
  throw new CliError(
    reply.status === 401 || reply.status === 403
      ? say`the bridge shows this only with one of its operator keys (--operator-key); set MCPTB_OPERATOR_KEY`
      : say`the bridge does not report its usage; its version differs from this program's`,
  );
}

function titles(by: UsageBy): string[] {
  const names = { key: say`key`, model: say`model`, host: say`host`, day: say`day` };
  return [
    names[by],
    say`requests`,
    say`errors`,
    say`input tokens`,
    say`output tokens`,
    say`estimated tokens`,
  ];
}

function cells(total: Total): string[] {
  return [total.name === "" ? "-" : total.name, ...MEMBERS.map((member) => String(total[member]))];
}

/** RFC 4180; text that a spreadsheet would read as a formula is escaped. */
function csvLine(values: readonly string[]): string {
  return values
    .map((value) => (/^[=+\-@\t]./.test(value) ? `'${value}` : value))
    .map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value))
    .join(",");
}
