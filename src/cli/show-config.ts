/** `mcptb config`: the current settings, and where each value comes from. */
import { jsonValue, type SettingInForce, settingsInForce } from "../config/in-force.ts";
import { explainConfig, type Sources } from "../config/load.ts";
import { type Config, GROUPS, OPTIONS } from "../config/settings.ts";
import { nearest } from "../util/nearest.ts";
import { columnsOf, oneLine } from "../util/terminal-text.ts";

export interface InForce {
  readonly file: string | undefined;
  readonly settings: readonly SettingInForce[];
  /** Variables that look like settings but are not. */
  readonly unknown: readonly string[];
}

/** Our variables that are not settings. */
const OTHERS: ReadonlySet<string> = new Set(["MCPTB_CONFIG", "MCPTB_KEY"]);

/** @throws ConfigError when the settings cannot be used. */
export function inForce(sources: Sources): InForce {
  const { config, origins } = explainConfig(sources);
  const names = Object.keys(OPTIONS) as (keyof Config)[];
  const variables: ReadonlySet<string> = new Set(names.map((name) => OPTIONS[name].env));
  return {
    file: sources.file,
    settings: settingsInForce(config, origins),
    unknown: Object.keys(sources.env).filter(
      (name) => name.startsWith("MCPTB_") && !variables.has(name) && !OTHERS.has(name),
    ),
  };
}

/** As JSON, which has no infinite number. */
export function inForceJson(state: InForce): string {
  return JSON.stringify(
    {
      ...state,
      file: state.file ?? null,
      settings: Object.fromEntries(
        state.settings.map(({ setting, value, source, name }) => [
          setting,
          { value: jsonValue(value), source, from: name ?? null },
        ]),
      ),
    },
    undefined,
    2,
  );
}

/** As lines for a person, in the groups of the help. */
export function inForceText({ file, settings, unknown }: InForce): string {
  const width = Math.max(...settings.map(({ setting }) => OPTIONS[setting].flag.length));
  const lines = settings.map(({ setting, value, name }) => ({
    group: OPTIONS[setting].group,
    flag: OPTIONS[setting].flag.padEnd(width),
    value: oneLine(shown(value), 60),
    from: name === undefined ? "" : `from ${oneLine(name, 200)}`,
  }));
  const column = Math.min(24, Math.max(...lines.map(({ value }) => columnsOf(value))));
  const groups = Object.entries(GROUPS).map(([group, title]) => {
    const rows = lines
      .filter((line) => line.group === group)
      .map(
        ({ flag, value, from }) => `  ${flag}  ${from === "" ? value : `${padded(value, column)}  ${from}`}`,
      );
    return [`${title}:`, ...rows].join("\n");
  });
  const wrong = unknown.map((name) => {
    const meant = nearest(
      name,
      Object.values(OPTIONS).map(({ env }) => env),
    );
    return `${oneLine(name)} is not a setting${meant === undefined ? "" : `; did you mean ${meant}?`}`;
  });
  const head =
    file === undefined ? "No config file (--config or MCPTB_CONFIG)." : `Config file: ${oneLine(file, 500)}`;
  return [head, "Values without a source are defaults.", ...wrong, "", groups.join("\n\n")].join("\n");
}

function shown(value: unknown): string {
  if (value === undefined || value === Infinity || (Array.isArray(value) && value.length === 0))
    return "none";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return value;
  return JSON.stringify(value);
}

function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}
