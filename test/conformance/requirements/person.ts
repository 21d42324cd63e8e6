import type { Requirement } from "../requirement.ts";

/** What the person at the keyboard meets: the command line, its settings, its messages, its processes. */
export const person = [
  {
    id: "person.precedence",
    source: "README, Settings",
    text: "Flags win over environment variables, those over the config file, that over the defaults; an empty variable counts as unset.",
  },
  {
    id: "person.every-setting",
    source: "README, Settings",
    text: "Every setting is a flag, an MCPTB_ variable and a config file member, with a description and a stated set of values.",
  },
  {
    id: "person.wrong-value",
    source: "README, Settings",
    text: "A wrong value is an error that names the flag, variable or file member, the value and what is accepted.",
  },
  {
    id: "person.unknown-setting",
    source: "README, Settings",
    text: "A config file member that is no setting is an error that names it.",
  },
  {
    id: "person.no-open-bind",
    source: "docs/security.md",
    text: "The bridge refuses to listen on an address that other machines can reach unless a key is configured.",
  },
] as const satisfies readonly Requirement[];
