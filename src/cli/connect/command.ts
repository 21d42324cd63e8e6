/** The options of `mcptb connect` and what they mean. */
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Option, type Command } from "commander";
import { ConfigError } from "../../config/error.ts";
import { OPTIONS } from "../../config/schema.ts";
import { clientUrl } from "../address.ts";
import { targetOf } from "../recipes/recipes.ts";
import { SHELLS, usualShell, type Shell } from "../recipes/shell.ts";
import { givenFlags, settingsOf, type GivenFlag } from "../settings.ts";
import { CLIENTS, connectClient } from "./clients.ts";
import { connectVscode } from "./vscode.ts";
import { serverEntry, userPlace, workspacePlace } from "./vscode-entry.ts";

interface VscodeFlags {
  readonly write?: true;
  readonly user?: true;
  readonly folder: string;
  readonly allowSampling?: true;
  readonly force?: true;
}

const SECRET = Object.entries(OPTIONS).flatMap(([name, { secret }]) => (secret === true ? [name] : []));

export function addConnect(program: Command): void {
  const connect = program.command("connect").description("print or write what connects a host or a client");
  connect
    .command("vscode")
    .description("the bridge's entry for VS Code, as MCP host")
    .option("--write", "write it; otherwise it is only shown")
    .option("--folder <dir>", "the workspace folder", ".")
    .option("--user", "for all workspaces of this user instead")
    .option("--allow-sampling", "also let the bridge use VS Code's models without asking")
    .option("--force", "replace an entry that differs")
    .action((flags: VscodeFlags) => {
      const { port } = settingsOf(program);
      const place = flags.user
        ? userPlace({ platform: process.platform, home: homedir(), env: process.env })
        : workspacePlace(flags.folder);
      const main = fileURLToPath(new URL("../../main.js", import.meta.url));
      const text = connectVscode({
        place,
        entry: serverEntry(main, entryFlags(givenFlags(program), port)),
        write: flags.write === true,
        allowSampling: flags.allowSampling === true,
        force: flags.force === true,
      });
      process.stdout.write(text);
    });
  for (const client of CLIENTS) {
    connect
      .command(client)
      .description(`how to point ${client} at the bridge`)
      .addOption(new Option("--shell <shell>", "whose lines to print").choices(SHELLS).default(usualShell()))
      .action(({ shell }: { shell: Shell }) => {
        const { host, port, apiKey } = settingsOf(program);
        process.stdout.write(connectClient(client, targetOf(clientUrl(host, port), apiKey), shell));
      });
  }
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
    return [flag, name === "apiKeyFile" || name === "config" ? path.resolve(value) : value];
  });
  return ["--port", String(port), ...others];
}
