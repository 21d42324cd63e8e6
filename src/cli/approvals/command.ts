/** The options of `mcptb approvals`. The implementation is loaded only when it is called. */
import { InvalidArgumentError, type Command } from "commander";
import { duration } from "../duration.ts";
import { isPortGiven, settingsOf } from "../settings.ts";

const URL_OPTION = [
  "--url <url>",
  "the bridge's address; the default is from --host and --port, or the only running bridge",
] as const;

export function addApprovals(program: Command): void {
  const place = (url: string | undefined) => ({
    config: settingsOf(program),
    wanted: { url, isPortGiven: isPortGiven(program) },
  });
  const approvals = program
    .command("approvals")
    .helpGroup("Share:")
    .description("show the requests that wait for your permission, and answer them")
    .option("--watch", "ask for each request as it comes, until Ctrl-C")
    .option("--json", "print them as JSON")
    .option(...URL_OPTION)
    .action(async ({ watch, json, url }: { watch?: true; json?: true; url?: string }) => {
      const { showApprovals } = await import("./approvals.ts");
      const { watchApprovals } = await import("./watch.ts");
      if (watch === true) await watchApprovals(place(url), json === true);
      else await showApprovals(place(url), json === true);
    });
  for (const [decision, description] of [
    ["allow", "allow a request that waits"],
    ["deny", "refuse a request that waits"],
  ] as const) {
    approvals
      .command(decision)
      .description(description)
      .argument("<id>", "the request, or the beginning of its id")
      .option(
        "--for <time>",
        "how long the answer stands: 10m, 2h, conversation, or once; without it as the consent setting says",
        remembered,
      )
      .option(...URL_OPTION)
      .action(async (id: string, { for: remember, url }: { for?: string; url?: string }) => {
        const { answerApproval } = await import("./approvals.ts");
        // An option of the same name before the subcommand belongs to the command above it.
        await answerApproval(place(url ?? approvals.opts<{ url?: string }>().url), id, {
          decision,
          remember,
        });
      });
  }
}

function remembered(text: string): string {
  if (text === "conversation" || text === "once") return text;
  const minutes = Math.ceil(duration(text) / 60_000);
  if (minutes < 1 || minutes > 1440)
    throw new InvalidArgumentError("Give a time from 1m to 24h, conversation, or once.");
  return `minutes:${minutes}`;
}
