/** `mcptb audit`, and the entries that other commands write into the audit log. */
import { userInfo } from "node:os";
import type { Config } from "../../config/settings.ts";
import { auditFile, verifyFile, writeEvent } from "../../control/audit/audit-file.ts";
import type { AuditEvent, AuditHead, Verdict } from "../../control/audit/chain.ts";
import { OwnFileError } from "../../util/own-file.ts";
import { CliError } from "../failure.ts";
import { print, tell } from "../print.ts";
import { say } from "../../util/say.ts";

type Place = Pick<Config, "stateDir">;

/** Records an action of the person. The action is already done, so a failed write is only reported. */
export async function audited(
  { stateDir }: Place,
  event: AuditEvent["event"],
  about: AuditEvent["about"] = {},
): Promise<void> {
  try {
    await writeEvent(auditFile(stateDir), { event, who: `user ${userName()}`, about });
  } catch (error) {
    if (!(error instanceof OwnFileError)) throw error;
    tell(`mcptb: ${say`this is not in the audit log: ${error.message}`}\n`);
  }
}

/** @throws CliError naming the line that has changed. */
export async function verify({ stateDir }: Place, known: AuditHead | undefined): Promise<void> {
  const file = auditFile(stateDir);
  const verdicts = await verifyFile(file, known).catch((error: unknown) => {
    throw error instanceof OwnFileError ? new CliError(error.message) : error;
  });
  if (verdicts === undefined) {
    print(`${say`There is no audit log yet.`}\n`);
    return;
  }
  let good: Extract<Verdict, { readonly head: AuditHead }> | undefined;
  for (const verdict of verdicts) {
    if ("problem" in verdict) {
      throw new CliError(say`${file} has been changed. Line ${verdict.line}: ${verdict.problem}.`);
    }
    good = verdict;
  }
  if (good === undefined) return;
  const { head, last } = good;
  print(`${say`${head.n} lines, unbroken, the last of ${last ?? "?"}. Head: ${head.n}:${head.digest}`}\n`);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}
