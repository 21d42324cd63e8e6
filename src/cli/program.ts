import { Command } from "commander";
import { ConfigError, loadConfig } from "../config/load.ts";
import { OPTIONS, type Config } from "../config/schema.ts";
import { VERSION } from "../version.ts";
import { serve } from "./serve.ts";

/** Runs the command line; resolves with the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const program = new Command("mcptb")
    .description("Serves the model inside an MCP host as OpenAI and Anthropic HTTP APIs.")
    .version(VERSION);
  configured(
    program
      .command("serve", { isDefault: true })
      .description("run as MCP server on stdio, with the gateway (default)"),
  ).action((flags: Flags) => serve(config(flags)));
  try {
    await program.parseAsync(argv);
    return 0;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`mcptb: ${error.message}\n`);
    return 2;
  }
}

type Flags = Readonly<Record<string, unknown>>;

function configured(command: Command): Command {
  for (const option of Object.values(OPTIONS)) {
    const flag = option.value === undefined ? option.flag : `${option.flag} <${option.value}>`;
    command.option(flag, `${option.description} [${option.env}]`);
  }
  return command.option("--config <file>", "Configuration file (JSON with comments). [MCPTB_CONFIG]");
}

function config(flags: Flags): Config {
  const file = flags["config"] ?? process.env["MCPTB_CONFIG"];
  return loadConfig({ flags, env: process.env, file: typeof file === "string" ? file : undefined });
}
