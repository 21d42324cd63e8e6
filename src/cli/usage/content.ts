/** `mcptb usage --request ID`: what was kept of one request, for the person who runs the bridge. */
import type { Config } from "../../config/settings.ts";
import { readContent } from "../../control/content/content-store.ts";
import { OwnFileError } from "../../util/own-file.ts";
import { say } from "../../util/say.ts";
import { printable } from "../../util/terminal-text.ts";
import { CliError } from "../failure.ts";
import { print } from "../print.ts";

/** @throws CliError when nothing is kept of it. */
export async function showContent(
  { stateDir }: Pick<Config, "stateDir">,
  id: string,
  json: boolean,
): Promise<void> {
  const content = await readContent(stateDir, id).catch((error: unknown) => {
    throw error instanceof OwnFileError ? new CliError(error.message) : error;
  });
  if (content === undefined)
    throw new CliError(
      say`no prompt or answer of this request is kept; they are kept only with --keep-content, and not for ever`,
    );
  const { system, input, output, ...about } = content;
  const told = { ...about, at: new Date(about.at).toISOString(), system, input, output };
  const text = JSON.stringify(told, undefined, 2);
  // It may hold anything that somebody has written.
  print(`${json ? text : text.split("\n").map(printable).join("\n")}\n`);
}
