/** The options of `mcptb usage`. The implementation is loaded only when it is called, because most processes serve a host. */
import { InvalidArgumentError, Option, type Command } from "commander";
import { USAGE_BY, type UsageBy } from "../../control/history/record.ts";
import { duration } from "../duration.ts";
import { settingsOf } from "../settings.ts";

export function addUsage(program: Command): void {
  program
    .command("usage")
    .helpGroup("Share:")
    .description("show the used requests and tokens")
    .addOption(new Option("--by <what>", "how to group the numbers").choices(USAGE_BY).default("key"))
    .option("--since <time>", "the start: a date (UTC), or a time ago, like 7d or 12h", since, 0)
    .option("--request <id>", "what was kept of one request, by its id in the log: see --keep-content")
    .option("--json", "print it as JSON")
    .addOption(new Option("--csv", "print it as CSV").conflicts("json"))
    .action(async ({ by, since: from, request, json, csv }: UsageFlags) => {
      if (request !== undefined) {
        const { showContent } = await import("./content.ts");
        await showContent(settingsOf(program), request, json === true);
        return;
      }
      const { showUsage } = await import("./usage.ts");
      const form = json === true ? "json" : csv === true ? "csv" : "table";
      await showUsage(settingsOf(program), { by, since: from }, form);
    });
}

interface UsageFlags {
  readonly by: UsageBy;
  readonly since: number;
  readonly request?: string;
  readonly json?: true;
  readonly csv?: true;
}

function since(text: string): number {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))) return Date.parse(text);
  try {
    return Math.max(0, Date.now() - duration(text));
  } catch {
    throw new InvalidArgumentError("Give a date like 2030-01-31, or a time like 7d or 12h.");
  }
}
