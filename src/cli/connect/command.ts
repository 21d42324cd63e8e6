/** The options of `mcptb connect` and what they mean. */
import { homedir } from "node:os";
import path from "node:path";
import { Option, type Command } from "commander";
import { ConfigError } from "../../config/load.ts";
import { OPTIONS } from "../../config/settings.ts";
import { clientUrl } from "../address.ts";
import { editFiles, NOTHING_OURS, type EditOptions } from "../edit/edit-files.ts";
import { print } from "../print.ts";
import { targetOf } from "../recipes/recipes.ts";
import { SHELLS, usualShell, type Shell } from "../recipes/shell.ts";
import { givenFlags, settingsOf, type GivenFlag } from "../settings.ts";
import { MAIN } from "../own-program.ts";
import { CLIENT_FILES, type ClientFile } from "./client-files.ts";
import { CLIENTS, connectClient } from "./clients.ts";
import { vscodeAdvice, vscodeEdits, vscodeUndoes } from "./vscode.ts";
import { serverEntry, userPlace, workspacePlace, type Surroundings } from "./vscode-entry.ts";

interface WriteFlags {
  readonly write?: true;
  readonly yes?: true;
  readonly remove?: true;
}

interface VscodeFlags extends WriteFlags {
  readonly user?: true;
  readonly folder: string;
  readonly allowSampling?: true;
}

interface ClientFlags extends WriteFlags {
  readonly shell: Shell;
  readonly file?: string;
}

const PATHS = [
  "config",
  ...Object.entries(OPTIONS).flatMap(([name, { isPath }]) => (isPath === true ? [name] : [])),
];
const SECRET = Object.entries(OPTIONS).flatMap(([name, { secret }]) => (secret === true ? [name] : []));

export function addConnect(program: Command): void {
  const connect = program.command("connect").description("print or write what connects a host or a client");
  writable(connect.command("vscode"))
    .description("the bridge's entry for VS Code, as MCP host")
    .option("--folder <dir>", "the workspace folder", ".")
    .option("--user", "for all workspaces of this user instead")
    .option("--allow-sampling", "also let the bridge use VS Code's models without asking")
    .action(async (flags: VscodeFlags) => {
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
    });
  for (const client of CLIENTS) {
    const command = connect
      .command(client)
      .description(`how to point ${client} at the bridge`)
      .addOption(new Option("--shell <shell>", "whose lines to print").choices(SHELLS).default(usualShell()));
    const config: ClientFile | undefined = client === "openai" ? undefined : CLIENT_FILES[client];
    if (config !== undefined)
      writable(command).option("--file <file>", "the file to write, if not the usual one");
    command.action(async (flags: ClientFlags) => {
      const { host, port, apiKey } = settingsOf(program);
      const target = targetOf(clientUrl(host, port), apiKey);
      if (config === undefined || (flags.write !== true && flags.remove !== true)) {
        print(connectClient(client, target, flags.shell));
        return;
      }
      const file = flags.file ?? config.place(surroundings());
      if (flags.remove === true) {
        const edit = config.undo(file, target);
        await editFiles([{ file, edit, unchanged: NOTHING_OURS }], editOptions(flags));
        return;
      }
      await editFiles([{ file, edit: config.edit(file, target), secret: config.secret }], editOptions(flags));
      print(`\n${config.next(file, target, flags.shell)}\n`);
    });
  }
}

function writable(command: Command): Command {
  return command
    .option("--write", "write it, after showing the change and asking; otherwise it is only shown")
    .option("--remove", "take back what was written, after showing the change and asking")
    .option("--yes", "with --write and --remove: do not ask before changing a file that is there");
}

function editOptions({ write, remove, yes }: WriteFlags): EditOptions {
  return { write: write === true || remove === true, yes: yes === true, print };
}

function surroundings(): Surroundings {
  return { platform: process.platform, home: homedir(), env: process.env };
}

/** The port always, so that it can be seen and changed; files by their whole path, for a host starts us elsewhere. */
function entryFlags(given: readonly GivenFlag[], port: number): string[] {
  const others = given.flatMap(({ name, flag, value }) => {
    if (name === "port") return [];
    if (SECRET.includes(name)) {
      throw new ConfigError(
        `${flag}: a key is not written into VS Code's files; keep it in a file that --config names`,
      );
    }
    if (value === undefined) return [flag];
    return [flag, PATHS.includes(name) ? path.resolve(value) : value];
  });
  return ["--port", String(port), ...others];
}
