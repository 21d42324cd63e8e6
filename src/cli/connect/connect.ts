/** `mcptb connect`: prints the settings that connect a host or a client, or writes them into its files. */
import { homedir } from "node:os";
import path from "node:path";
import type { Command } from "commander";
import { CLIENT_FILES, type ClientFile, type Surroundings } from "../../client-files/clients.ts";
import { ConfigError } from "../../config/load.ts";
import { OPTIONS } from "../../config/settings.ts";
import { clientUrl } from "../../joining/client-url.ts";
import { promptLimits } from "../../joining/prompt-limits.ts";
import { editFiles, nothingOurs, type EditOptions } from "../edit/edit-files.ts";
import { MAIN } from "../own-program.ts";
import { print } from "../print.ts";
import { hasFile, targetOf, type ClientName } from "../../recipes/recipes.ts";
import type { Shell } from "../../recipes/shell.ts";
import { givenFlags, settingsOf, type GivenFlag } from "../settings.ts";
import { recipeFor } from "./clients.ts";
import { vscodeAdvice, vscodeEdits, vscodeUndoes } from "./vscode.ts";
import { serverEntry, userPlace, workspacePlace } from "./vscode-entry.ts";

interface WriteFlags {
  readonly write?: true;
  readonly yes?: true;
  readonly remove?: true;
}

export interface VscodeFlags extends WriteFlags {
  readonly user?: true;
  readonly folder: string;
  readonly allowSampling?: true;
}

export interface ClientFlags extends WriteFlags {
  readonly shell: Shell;
  readonly file?: string;
}

const PATHS = [
  "config",
  ...Object.entries(OPTIONS).flatMap(([name, { isPath }]) => (isPath === true ? [name] : [])),
];
const SECRET = Object.entries(OPTIONS).flatMap(([name, { secret }]) => (secret === true ? [name] : []));

/** @throws ConfigError, CliError when the files cannot be written as asked. */
export async function connectVscode(program: Command, flags: VscodeFlags): Promise<void> {
  const { port } = settingsOf(program);
  const place = flags.user ? userPlace(surroundings()) : workspacePlace(flags.folder);
  const options = {
    place,
    entry: serverEntry(MAIN, entryFlags(givenFlags(program), port)),
    allowSampling: flags.allowSampling === true,
  };
  if (flags.remove === true) {
    await editFiles(vscodeUndoes(place), editOptions(flags));
    return;
  }
  await editFiles(vscodeEdits(options), editOptions(flags));
  print(vscodeAdvice(options));
}

/** @throws ConfigError, CliError when the file cannot be written as asked. */
export async function connectClient(program: Command, client: ClientName, flags: ClientFlags): Promise<void> {
  const { host, port, apiKey } = settingsOf(program);
  const url = clientUrl(host, port);
  const limits = await promptLimits({ url, key: apiKey[0] });
  const target = { ...targetOf(url, apiKey), limits };
  const config: ClientFile | undefined = hasFile(client) ? CLIENT_FILES[client] : undefined;
  if (config === undefined || (flags.write !== true && flags.remove !== true)) {
    print(recipeFor(client, target, flags.shell));
    return;
  }
  const file = flags.file ?? config.place(surroundings());
  if (flags.remove === true) {
    const edit = config.undo(file, target);
    await editFiles([{ file, edit, unchanged: nothingOurs() }], editOptions(flags));
    return;
  }
  await editFiles([{ file, edit: config.edit(file, target), secret: config.secret }], editOptions(flags));
  print(`\n${config.next(file, target, flags.shell)}\n`);
}

function editOptions({ write, remove, yes }: WriteFlags): EditOptions {
  return { write: write === true || remove === true, yes: yes === true, print };
}

function surroundings(): Surroundings {
  return { platform: process.platform, home: homedir(), env: process.env };
}

/** Always with the port, so that it is visible and can be changed; files by absolute path, because a host starts us in another folder. */
function entryFlags(given: readonly GivenFlag[], port: number): string[] {
  const others = given.flatMap(({ name, flag, value }) => {
    if (name === "port") return [];
    if (SECRET.includes(name)) {
      throw new ConfigError(
        `${flag}: a key is never written into VS Code's files; put it into a config file and use --config`,
      );
    }
    if (value === undefined) return [flag];
    return [flag, PATHS.includes(name) ? path.resolve(value) : value];
  });
  return ["--port", String(port), ...others];
}
