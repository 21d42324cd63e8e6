/** The options of `mcptb audit`. The implementation is loaded only when it is called, because most processes serve a host. */
import { InvalidArgumentError, type Command } from "commander";
import type { AuditHead } from "../../control/audit/chain.ts";
import { settingsOf } from "../settings.ts";

export function addAudit(program: Command): void {
  program
    .command("audit")
    .helpGroup("Share:")
    .description("check the log of granted and refused access")
    .command("verify")
    .description("check that no line of the audit log was changed, removed or cut")
    .option("--head <n:digest>", "an earlier head of the audit log, as written in the bridge's log", head)
    .action(async (flags: { readonly head?: AuditHead }) => {
      const { verify } = await import("./audit.ts");
      await verify(settingsOf(program), flags.head);
    });
}

function head(text: string): AuditHead {
  const [, n = "", digest = ""] = /^(\d{1,15}):([\w-]{43})$/.exec(text) ?? [];
  if (digest === "") throw new InvalidArgumentError("Give the number of a line and its digest, as n:digest.");
  return { n: Number(n), digest };
}
