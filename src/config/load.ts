/** Reads the configuration: flags come before variables, variables before the config file, that before defaults. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parse, type ParseError, printParseErrorCode } from "jsonc-parser";
import { nearest } from "../util/nearest.ts";
import { stateOf } from "../util/own-file.ts";
import { keyFile, neededFile } from "../util/state-files.ts";
import { isLoopback } from "../util/net.ts";
import { type Config, configSchema, OPTIONS } from "./settings.ts";
import { KEY } from "./values.ts";

export interface Sources {
  /** Values of the flags, by setting. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** An empty variable counts as unset. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path of a JSONC file. */
  readonly file?: string | undefined;
}

/** Where the value of a setting comes from. */
export interface Origin {
  readonly source: "flag" | "variable" | "file" | "default" | "program";
  /** The flag, variable or file member; none for a default. */
  readonly name: string | undefined;
}

interface Given {
  readonly value: unknown;
  readonly source: "flag" | "variable" | "file";
  /** The flag, variable or file member it comes from. */
  readonly origin: string;
}

/** @throws ConfigError naming the flag, variable or file member at fault, and what it accepts. */
export function loadConfig(sources: Sources): Config {
  return configOf(gather(sources));
}

/**
 * The configuration, and for each setting where its value comes from.
 *
 * @throws ConfigError as `loadConfig`.
 */
export function explainConfig(sources: Sources): {
  readonly config: Config;
  readonly origins: Readonly<Record<keyof Config, Origin>>;
} {
  const given = gather(sources);
  const config = configOf(given);
  const origins = Object.keys(OPTIONS).map((name): [string, Origin] => {
    // Its keys are clients' keys.
    const from = given.get(name) ?? (name === "apiKey" ? given.get("apiKeyFile") : undefined);
    return [name, { source: from?.source ?? "default", name: from?.origin }];
  });
  return { config, origins: Object.fromEntries(origins) as Record<keyof Config, Origin> };
}

function configOf(given: ReadonlyMap<string, Given>): Config {
  const values = Object.fromEntries([...given].map(([name, { value }]) => [name, value]));
  const result = configSchema.safeParse(values);
  if (!result.success) {
    const wrong = new Set(result.error.issues.map((issue) => String(issue.path[0])));
    throw new ConfigError([...wrong].map((name) => complaint(name, given.get(name))).join("\n"));
  }
  return withKeys(result.data, given);
}

function gather({ flags, env, file }: Sources): Map<string, Given> {
  const given = new Map<string, Given>();
  if (file !== undefined) {
    for (const [name, value] of Object.entries(readConfigFile(file))) {
      if (name === "$schema") continue;
      const origin = `${name} in ${file}`;
      if (!Object.hasOwn(OPTIONS, name)) {
        const meant = nearest(name, Object.keys(OPTIONS));
        const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
        throw new ConfigError(`${origin}: unknown setting${hint}; see mcptb help options`);
      }
      // A path in the config file is relative to that file.
      const isPath =
        OPTIONS[name as keyof Config].isPath === true && typeof value === "string" && value !== "";
      given.set(name, {
        value: isPath ? path.resolve(path.dirname(file), value) : value,
        source: "file",
        origin,
      });
    }
  }
  for (const [name, option] of Object.entries(OPTIONS)) {
    const variables = [option.commonEnv, option.env].filter((one) => one !== undefined);
    for (const origin of variables) {
      const value = env[origin];
      // Ours is looked at last, and wins, over the file too; what is meant for all programs does not win over the file.
      if (value === undefined || value === "" || (origin !== option.env && given.has(name))) continue;
      given.set(name, { value, source: "variable", origin });
    }
    const flag = flags[name];
    if (flag !== undefined) given.set(name, { value: flag, source: "flag", origin: option.flag });
  }
  return given;
}

function complaint(name: string, given: Given | undefined): string {
  const key = name as keyof Config;
  const value = OPTIONS[key].secret === true ? "this" : JSON.stringify(given?.value);
  return `${given?.origin ?? name}: ${value} is not accepted; give ${configSchema.shape[key].description}`;
}

function withKeys(config: Config, given: ReadonlyMap<string, Given>): Config {
  const file = config.apiKeyFile;
  const fromFile =
    file === undefined ? [] : readKeyFile(file, given.get("apiKeyFile")?.origin ?? "apiKeyFile");
  const apiKey = [...config.apiKey, ...fromFile];
  const hasKeys = apiKey.length > 0 || config.operatorKey.length > 0 || wereKeysMade(config.stateDir);
  if (!hasKeys && !isLoopback(config.host)) {
    throw new ConfigError(
      `${given.get("host")?.origin ?? "host"}: ${config.host} can be reached from other machines, so a key is needed; ` +
        `make one with \`mcptb keys add NAME\`, set ${OPTIONS.apiKey.env} or ${OPTIONS.apiKeyFile.flag}, or listen on 127.0.0.1`,
    );
  }
  // Where clients need a key, not everyone who can connect may read their prompts.
  if (config.mcpHttp && config.hostKey.length === 0 && apiKey.length > 0) {
    throw new ConfigError(
      `${given.get("mcpHttp")?.origin ?? "mcpHttp"}: hosts read clients' prompts, so where clients need a key, hosts need ` +
        `a key too; set ${OPTIONS.hostKey.env}`,
    );
  }
  return { ...config, apiKey };
}

/** Where nobody can tell, they were: the bridge then lets nobody in, and says why. */
function wereKeysMade(stateDir: string | undefined): boolean {
  const file = keyFile(stateDir);
  try {
    return [file, neededFile(file)].some((each) => stateOf(each) !== undefined);
  } catch {
    return true;
  }
}

/** A setting that cannot be used; the message names it and is meant for the person at the terminal. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** @throws ConfigError when the file cannot be read, is not JSONC or holds no object. */
export function readConfigFile(path: string): Readonly<Record<string, unknown>> {
  const text = readText(path, "--config");
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) {
    const line = text.slice(0, first.offset).split("\n").length;
    throw new ConfigError(
      `${path} is not valid JSON with comments: ${printParseErrorCode(first.error)} in line ${line}`,
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError(`${path} must hold one JSON object`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/**
 * One key a line; empty lines and lines that begin with # are skipped.
 *
 * @throws ConfigError when the file cannot be read, or has no key or an invalid one.
 */
export function readKeyFile(path: string, origin: string): string[] {
  const lines = readText(path, origin).split(/\r?\n/);
  const keys = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  if (keys.length === 0) throw new ConfigError(`${origin}: ${path} has no key`);
  const wrong = lines.findIndex((line) => keys.includes(line.trim()) && !KEY.test(line.trim()));
  if (wrong >= 0) {
    throw new ConfigError(
      `${origin}: line ${wrong + 1} of ${path} is not a key; give ASCII characters without blanks`,
    );
  }
  return keys;
}

function readText(path: string, origin: string): string {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new ConfigError(`${origin}: cannot read ${path} (${reason})`);
  }
}
