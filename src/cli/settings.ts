/** The settings as options of the command line. */
import { Option, type Command } from "commander";
import { loadConfig } from "../config/load.ts";
import { configSchema, OPTIONS, type Config } from "../config/schema.ts";

const DEFAULTS = configSchema.parse({});

/** Gives a command every setting as an option, with its variable and default in the help. */
export function addSettings(command: Command): Command {
  for (const [name, option] of Object.entries(OPTIONS)) {
    const { flag, value, description, env } = option;
    const byDefault = DEFAULTS[name as keyof Config];
    const note = `[${env}${defaultText(byDefault)}]`;
    const entry = new Option(value === undefined ? flag : `${flag} <${value}>`, `${description} ${note}`);
    if (Array.isArray(byDefault)) entry.argParser(joined);
    command.addOption(entry);
    // Switches something off that a variable or the config file has switched on.
    if (value === undefined) command.addOption(new Option(flag.replace("--", "--no-")).hideHelp());
  }
  return command.option("--config <file>", "File with settings (JSON with comments). [MCPTB_CONFIG]");
}

/**
 * The configuration from the command line as parsed, the environment and the config file.
 *
 * @throws ConfigError when it cannot be used.
 */
export function settingsOf(command: Command): Config {
  const flags: Readonly<Record<string, unknown>> = command.opts();
  return loadConfig({ flags, env: process.env, file: configFile(flags) });
}

/** The settings given on the command line, as flags for another process. */
export function flagsOf(command: Command): string[] {
  const given: Readonly<Record<string, unknown>> = command.opts();
  const flags = Object.entries(OPTIONS).flatMap(([name, { flag }]) => {
    const value = given[name];
    if (typeof value === "string") return [`${flag}=${value}`];
    if (typeof value === "boolean") return [value ? flag : flag.replace("--", "--no-")];
    return [];
  });
  const file = given["config"];
  return typeof file === "string" ? [...flags, `--config=${file}`] : flags;
}

function configFile(flags: Readonly<Record<string, unknown>>): string | undefined {
  const file = flags["config"] ?? process.env["MCPTB_CONFIG"];
  return typeof file === "string" && file !== "" ? file : undefined;
}

function defaultText(value: Config[keyof Config]): string {
  if (value === undefined || typeof value === "boolean" || Array.isArray(value)) return "";
  return `, default ${value}`;
}

function joined(value: string, previous: string | undefined): string {
  return previous === undefined ? value : `${previous},${value}`;
}
