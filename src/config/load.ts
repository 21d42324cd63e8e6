/** Flags before environment before config file before defaults. */
import { readFileSync } from "node:fs";
import { parse, printParseErrorCode, type ParseError } from "jsonc-parser";
import { configSchema, OPTIONS, type Config } from "./schema.ts";

/** A setting that cannot be used; the message names it and is meant for the person at the terminal. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

type Values = Readonly<Record<string, unknown>>;

export interface Sources {
  /** By setting name, as the command line gave them. */
  readonly flags: Values;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path of a JSONC file. */
  readonly file?: string | undefined;
}

/** @throws ConfigError naming the flag, variable or file member at fault. */
export function loadConfig(sources: Sources): Config {
  const values: Record<string, unknown> = {};
  const origins: Record<string, string> = {};
  const take = (name: string, value: unknown, origin: string): void => {
    if (value === undefined || value === "") return;
    values[name] = value;
    origins[name] = origin;
  };
  if (sources.file !== undefined) {
    for (const [name, value] of Object.entries(readConfigFile(sources.file))) {
      if (name !== "$schema") take(name, value, `${name} in ${sources.file}`);
    }
  }
  for (const [name, option] of Object.entries(OPTIONS)) take(name, sources.env[option.env], option.env);
  for (const [name, option] of Object.entries(OPTIONS)) take(name, sources.flags[name], option.flag);

  const result = configSchema.safeParse(values);
  if (result.success) return withKeyFile(result.data);
  const problems = result.error.issues.map((issue) => {
    if (issue.code === "unrecognized_keys")
      return `unknown setting ${issue.keys.join(", ")} in ${sources.file}`;
    const origin = origins[String(issue.path[0])] ?? String(issue.path[0]);
    return `${origin}: ${issue.message}`;
  });
  throw new ConfigError(problems.join("\n"));
}

function readConfigFile(path: string): Values {
  const errors: ParseError[] = [];
  const value: unknown = parse(readText(path, "--config"), errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) {
    throw new ConfigError(
      `${path} is not valid JSONC: ${printParseErrorCode(first.error)} at offset ${first.offset}`,
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError(`${path} must hold one JSON object`);
  }
  return value as Values;
}

function withKeyFile(config: Config): Config {
  if (config.apiKeyFile === undefined) return config;
  const lines = readText(config.apiKeyFile, OPTIONS.apiKeyFile.flag).split(/\r?\n/);
  const keys = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  if (keys.length === 0) throw new ConfigError(`${config.apiKeyFile} holds no key`);
  return { ...config, apiKey: [...config.apiKey, ...keys] };
}

function readText(path: string, option: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new ConfigError(`${option}: cannot read ${path} (${reason})`);
  }
}
