/** The settings as options of the command line. */
import { type Command, Option } from "commander";
import { loadConfig, type Sources } from "../config/load.ts";
import { type Config, configSchema, GROUPS, OPTIONS } from "../config/settings.ts";

const DEFAULTS = configSchema.parse({});

/** Adds every setting as an option, with its variable and default in the help. */
export function addSettings(command: Command): Command {
  for (const [name, option] of Object.entries(OPTIONS)) {
    const { flag, value, description, env, group } = option;
    const byDefault = DEFAULTS[name as keyof Config];
    const note = `[${env}${defaultText(byDefault)}]`;
    const entry = new Option(value === undefined ? flag : `${flag} <${value}>`, `${description} ${note}`);
    if (Array.isArray(byDefault)) entry.argParser(joined);
    entry.helpGroup(`${GROUPS[group]}:`);
    command.addOption(entry);
    if (value !== undefined) continue;
    // The negated flag overrides a variable or the config file. The help shows the more useful one of the two.
    const off = new Option(flag.replace("--", "--no-"), entry.description).helpGroup(`${GROUPS[group]}:`);
    command.addOption(off.hideHelp(byDefault !== true));
    entry.hideHelp(byDefault === true);
  }
  const file = new Option("--config <file>", "File with settings (JSON with comments). [MCPTB_CONFIG]");
  return command.addOption(file.helpGroup(`${GROUPS.program}:`));
}

/** The names of the options that the short help shows. */
export const COMMON: ReadonlySet<string> = new Set([
  ...Object.values(OPTIONS).flatMap(({ flag, common }) => (common === true ? [flag] : [])),
  "--config",
]);

/**
 * The configuration from the parsed command line, the environment and the config file.
 *
 * @throws ConfigError when it cannot be used.
 */
export function settingsOf(command: Command): Config {
  return loadConfig(sourcesOf(command));
}

/** Whether the person gave a port, so that no other bridge is used. */
export function isPortGiven(command: Command): boolean {
  const { port } = command.opts<{ port?: string }>();
  return (port ?? process.env["MCPTB_PORT"] ?? "") !== "";
}

/** The sources of this process's settings. */
export function sourcesOf(command: Command): Sources {
  const flags: Readonly<Record<string, unknown>> = command.opts();
  return { flags, env: process.env, file: configFile(flags) };
}

/** A setting of the command line, including `--config`, in the form for another process. */
export interface GivenFlag {
  readonly name: string;
  readonly flag: string;
  /** Absent for switches. */
  readonly value: string | undefined;
}

export function givenFlags(command: Command): GivenFlag[] {
  const given: Readonly<Record<string, unknown>> = command.opts();
  const flags: Readonly<Record<string, { readonly flag: string }>> = {
    ...OPTIONS,
    config: { flag: "--config" },
  };
  return Object.entries(flags).flatMap(([name, { flag }]): GivenFlag[] => {
    const value = given[name];
    if (typeof value === "string") return [{ name, flag, value }];
    if (typeof value === "boolean")
      return [{ name, flag: value ? flag : flag.replace("--", "--no-"), value: undefined }];
    return [];
  });
}

/** In one argument, because a value may begin with a dash. */
export function joinedFlag({ flag, value }: GivenFlag): string {
  return value === undefined ? flag : `${flag}=${value}`;
}

function configFile(flags: Readonly<Record<string, unknown>>): string | undefined {
  const file = flags["config"] ?? process.env["MCPTB_CONFIG"];
  return typeof file === "string" && file !== "" ? file : undefined;
}

function defaultText(value: Config[keyof Config]): string {
  if (value === undefined || typeof value === "boolean" || typeof value === "object") return "";
  return `, default ${value}`;
}

function joined(value: string, previous: string | undefined): string {
  return previous === undefined ? value : `${previous},${value}`;
}
