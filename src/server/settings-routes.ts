/** The settings in force and where each comes from, for those who run the bridge. */
import { jsonValue, type Origins, settingsInForce } from "../config/in-force.ts";
import { type Config, GROUPS, OPTIONS } from "../config/settings.ts";
import type { AddRoute } from "./operators.ts";

export interface SettingsParts {
  readonly config: Config;
  /** Unknown where a program has made the settings itself. */
  readonly origins: Origins | undefined;
}

const FROM_PROGRAM = { source: "program", name: undefined } as const;

export function addSettingsRoute(add: AddRoute, { config, origins }: SettingsParts): void {
  add("GET", "/control/settings", (scope) => {
    const known = origins ?? Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, FROM_PROGRAM]));
    const settings = settingsInForce(config, known as Origins).map(({ setting, value, source, name }) => {
      const { flag, description, group, env } = OPTIONS[setting];
      const about = { flag, env, description, group: GROUPS[group] };
      return { setting, ...about, value: jsonValue(value), source, from: name ?? null };
    });
    scope.sendJson({ settings });
  });
}
