/** The format of `--help`: in groups, as wide as the terminal, with the most common settings only. */
import { type Command, Help, type HelpConfiguration, type Option } from "commander";
import { ConfigError } from "../config/load.ts";
import { GROUPS, OPTIONS } from "../config/settings.ts";
import { nearest } from "../util/nearest.ts";
import { print } from "./print.ts";
import { COMMON } from "./settings.ts";

/** A narrower column is unreadable. */
const NARROWEST = 40;
const USUAL = 80;
/** The description of a longer name is put below it. */
const WIDEST_TERM = 28;
const LEAST_WRAPPED = 12;
/** Choices as the value of an option, which need more room than a name. */
const CHOICES = /<([\w-]+(?:\|[\w-]+)+)>/;
const HEADINGS: ReadonlySet<string> = new Set(Object.values(GROUPS).map((title) => `${title}:`));
/** With less room beside the names, every description is put below its name. */
const LEAST_BESIDE = 36;

/** The width of the help text in columns. */
export function helpWidth(env: NodeJS.ProcessEnv = process.env, { isTTY, columns } = process.stdout): number {
  const said = Number(env["COLUMNS"]);
  const width = isTTY && columns > 0 ? columns : Number.isInteger(said) && said > 0 ? said : USUAL;
  return Math.max(NARROWEST, width);
}

/** @param all whether all settings are shown, or only the common ones. */
export function helpStyle(all: boolean): HelpConfiguration {
  const usual = new Help();
  usual.minWidthToWrap = LEAST_WRAPPED;
  const settings = new Set<string>(
    Object.values(OPTIONS).flatMap(({ flag }) => [flag, flag.replace("--", "--no-")]),
  );
  const isShown = ({ long }: Option): boolean =>
    all || typeof long !== "string" || !settings.has(long) || COMMON.has(long);
  return {
    showGlobalOptions: true,
    minWidthToWrap: LEAST_WRAPPED,
    visibleOptions: (command) => usual.visibleOptions(command).filter(isShown),
    visibleGlobalOptions(command) {
      usual.showGlobalOptions = true;
      // The version is not useful there.
      return usual
        .visibleGlobalOptions(command)
        .filter((option) => isShown(option) && option.long !== "--version");
    },
    optionTerm: (option) => usual.optionTerm(option).replace(CHOICES, "<value>"),
    optionDescription(option) {
      const [, choices] = CHOICES.exec(option.flags) ?? [];
      const text = usual.optionDescription(option);
      if (choices === undefined) return text;
      return text.replace(" [MCPTB_", ` One of ${choices.replaceAll("|", ", ")}. [MCPTB_`);
    },
    // A few settings need no headings.
    groupItems: (unsorted, visible, groupOf) =>
      usual.groupItems(unsorted, visible, (item) => {
        const group = groupOf(item);
        return all || !HEADINGS.has(group) ? group : "Settings:";
      }),
    styleTitle: (title) => (title === "Global Options:" ? "Settings:" : title),
    commandUsage(command) {
      const lines = usual.boxWrap(usual.commandUsage(command), (this.helpWidth ?? USUAL) - "Usage: ".length);
      return lines.replaceAll("\n", `\n${" ".repeat("Usage: ".length)}`);
    },
    formatItem(term, termWidth, description, helper) {
      const width = helper.helpWidth ?? USUAL;
      const beside = Math.min(termWidth, WIDEST_TERM);
      const below = width - beside - 4 < LEAST_BESIDE;
      const indent = below ? 6 : beside + 4;
      const [first = "", ...rest] = helper.boxWrap(description, width - indent).split("\n");
      const head = `  ${term}`;
      const lines =
        below || term.length > beside
          ? [head, ...[first, ...rest].map((line) => " ".repeat(indent) + line)]
          : [`${head.padEnd(indent)}${first}`, ...rest.map((line) => " ".repeat(indent) + line)];
      return lines.filter((line) => line.trim() !== "").join("\n");
    },
  };
}

/** The hint to the other settings. */
export function whereTheRestIs(all: boolean): string {
  if (all) return "";
  const rest = Object.keys(OPTIONS).length + 1 - COMMON.size;
  return `\n${rest} more settings: mcptb help options\nCurrent values: mcptb config\n`;
}

/** Adds `mcptb help`: for this program, for a command, or for all settings. */
export function addHelp(program: Command): void {
  program.helpCommand(false);
  program
    .command("help")
    .helpGroup("Look:")
    .description("show this help, the help of a command, or all settings (help options)")
    .argument("[topic...]", "a command, or options")
    .action((topic: readonly string[]) => {
      if (topic.join(" ") === "options") {
        program.configureHelp(helpStyle(true));
        print(program.helpInformation());
      } else commandOf(program, topic).outputHelp();
    });
}

function commandOf(program: Command, names: readonly string[]): Command {
  let command = program;
  for (const name of names) {
    const found = command.commands.find((one) => one.name() === name);
    if (found === undefined) {
      const topics = command === program ? ["options"] : [];
      const meant = nearest(name, [...command.commands.map((one) => one.name()), ...topics]);
      const hint = meant === undefined ? "" : ` (did you mean ${meant}?)`;
      throw new ConfigError(`no help for ${JSON.stringify(name)}${hint}; see mcptb help`);
    }
    command = found;
  }
  return command;
}
