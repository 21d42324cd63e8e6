/** The settings in force and where each comes from, without any secret. */
import type { Origin } from "./load.ts";
import { type Config, OPTIONS } from "./settings.ts";

export type Origins = Readonly<Record<keyof Config, Origin>>;

export interface SettingInForce extends Origin {
  readonly setting: keyof Config;
  /** A setting in the form of the config file; of keys only their number. */
  readonly value: unknown;
}

export function settingsInForce(config: Config, origins: Origins): SettingInForce[] {
  const names = Object.keys(OPTIONS) as (keyof Config)[];
  return names.map((setting) => ({
    setting,
    value: OPTIONS[setting].secret === true ? masked(config[setting]) : config[setting],
    ...origins[setting],
  }));
}

/** JSON has no number without a limit. */
export function jsonValue(value: unknown): unknown {
  return value === Infinity ? "none" : (value ?? null);
}

function masked(value: unknown): string {
  const count = Array.isArray(value) ? value.length : value === undefined ? 0 : 1;
  return count === 0 ? "none" : `${count} ${count === 1 ? "key" : "keys"}, not shown`;
}
