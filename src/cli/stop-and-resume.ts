/** `mcptb stop` and `mcptb resume`: for all bridges of this user, running or not. */
import type { Config } from "../config/settings.ts";
import { halt, resume } from "../control/halt.ts";
import { OwnFileError } from "../util/own-file.ts";
import { audited } from "./audit/audit.ts";
import { CliError } from "./failure.ts";
import { print } from "./print.ts";
import { say } from "../util/say.ts";

/** @throws CliError when the file cannot be changed. */
export async function stopAll(place: Pick<Config, "stateDir">): Promise<void> {
  await halt(place.stateDir).catch(asCliError);
  await audited(place, "stopped");
  print(
    `${say`Stopped: nothing is sent to any host, and running requests are cancelled, in every window. "mcptb resume" continues.`}\n`,
  );
}

/** @throws CliError when the file cannot be changed. */
export async function resumeAll(place: Pick<Config, "stateDir">): Promise<void> {
  const was = await resume(place.stateDir).catch(asCliError);
  if (was) await audited(place, "resumed");
  print(`${was ? say`Requests are sent to hosts again.` : say`Nothing was stopped.`}\n`);
}

function asCliError(error: unknown): never {
  throw error instanceof OwnFileError ? new CliError(error.message) : error;
}
