/** The options of `mcptb cluster`. What it does is loaded only when it is called. */
import type { Command } from "commander";
import { settingsOf } from "../settings.ts";

export function addCluster(program: Command): void {
  const cluster = program
    .command("cluster")
    .helpGroup("Look:")
    .description("show the bridges that share their hosts over one broker, and drain hosts for all of them");
  cluster
    .command("status")
    .description("show the members")
    .option("--json", "print them as JSON")
    .action(async ({ json }: { json?: true }) => {
      const { showMembers } = await import("./cluster.ts");
      await showMembers(settingsOf(program), json === true);
    });
  cluster
    .command("lenders")
    .description("show the hosts of all members")
    .option("--json", "print them as JSON")
    .action(async ({ json }: { json?: true }) => {
      const { showLenders } = await import("./cluster.ts");
      await showLenders(settingsOf(program), json === true);
    });
  cluster
    .command("drain")
    .description("give a host no new requests, at any member; what runs there goes on")
    .argument("<label>", "the host")
    .option("--resume", "give it requests again")
    .action(async (label: string, { resume }: { resume?: true }) => {
      const { drainLender } = await import("./cluster.ts");
      await drainLender(settingsOf(program), label, resume !== true);
    });
}
