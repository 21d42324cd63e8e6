/** Resolves a client's model name. */
import type { NamedHints } from "../../config/values.ts";
import { FAMILIES } from "./families.ts";
import { fits } from "../../util/glob.ts";
import { AUTO_MODEL, hintsFor } from "./hints.ts";

export interface NameRules {
  /** Aliases. */
  readonly aliases: readonly NamedHints[];
  /** Patterns of names with models to ask for, before the built-in ones. */
  readonly families: readonly NamedHints[];
  /** Models to ask for when a name is unknown; empty: the host's own choice. */
  readonly defaultModel: readonly string[];
}

export interface Resolved {
  /** Hints for the host, the best first; empty: the host's own choice. */
  readonly hints: readonly string[];
  readonly why: "exact" | "alias" | "family" | "default";
}

/** Some clients append this to a name without a tag. */
const NO_TAG = ":latest";

/** `shown` are the models that hosts have answered with. */
export function resolve(model: string, shown: readonly string[], rules: NameRules): Resolved {
  const names = hintsFor(model);
  if (model === AUTO_MODEL) return { hints: [], why: "exact" };
  if (shown.includes(model)) return { hints: chain(names), why: "exact" };
  const alias = find(rules.aliases, names, (name, own) => name.toLowerCase() === own.toLowerCase());
  if (alias !== undefined) return { hints: chain(alias.hints), why: "alias" };
  if (model.endsWith(NO_TAG)) return resolve(model.slice(0, -NO_TAG.length), shown, rules);
  const family = find([...rules.families, ...FAMILIES], names, fits);
  if (family !== undefined) return { hints: chain(names, family.hints), why: "family" };
  return { hints: chain(names, rules.defaultModel), why: "default" };
}

/** Hints in order, each once. `auto` ends the list: the host chooses from there on. */
export function chain(...lists: readonly (readonly string[])[]): string[] {
  const hints = [...new Set(lists.flat())];
  const end = hints.indexOf(AUTO_MODEL);
  return end < 0 ? hints : hints.slice(0, end);
}

function find(
  table: readonly NamedHints[],
  names: readonly string[],
  same: (pattern: string, name: string) => boolean,
): NamedHints | undefined {
  return table.find((entry) => names.some((name) => same(entry.name, name)));
}
