/** The options of `mcptb connect`. The implementation is loaded only when it is called, because most processes serve a host. */
import { Option, type Command } from "commander";
import { CLIENTS, hasFile } from "../../recipes/recipes.ts";
import { SHELLS, usualShell } from "../../recipes/shell.ts";
import type { ClientFlags, VscodeFlags } from "./connect.ts";

export function addConnect(program: Command): void {
  const connect = program
    .command("connect")
    .helpGroup("Use:")
    .description("print or write the settings that connect a host or a client");
  writable(connect.command("vscode"))
    .description("the bridge's entry for VS Code as MCP host")
    .option("--folder <dir>", "the workspace folder", ".")
    .option("--user", "for all workspaces of this user instead")
    .option("--allow-sampling", "also let the bridge use VS Code's models without asking")
    .action(async (flags: VscodeFlags) => {
      const { connectVscode } = await import("./connect.ts");
      await connectVscode(program, flags);
    });
  for (const client of CLIENTS) {
    const command = connect
      .command(client)
      .description(`the settings that connect ${client} to the bridge`)
      .addOption(
        new Option("--shell <shell>", "the shell for the printed lines")
          .choices(SHELLS)
          .default(usualShell()),
      );
    if (hasFile(client)) writable(command).option("--file <file>", "the file to write, if not the usual one");
    command.action(async (flags: ClientFlags) => {
      const { connectClient } = await import("./connect.ts");
      await connectClient(program, client, flags);
    });
  }
}

function writable(command: Command): Command {
  return command
    .option("--write", "write it, after showing the change and asking; otherwise it is only shown")
    .option("--remove", "remove what was written, after showing the change and asking")
    .option("--yes", "with --write and --remove: do not ask before changing an existing file");
}
