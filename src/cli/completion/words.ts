/** The words for completion, from the command tree: the shells' scripts have no separate lists. */
import type { Argument, Command, Option } from "commander";

export interface OptionWords {
  /** `--port`, `-f`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** Its value: none, one of these, a file, or anything. */
  readonly value: "none" | "any" | "file" | readonly string[];
}

export interface CommandWords {
  /** The path after the program's name: `[]`, `["connect"]`, `["connect", "vscode"]`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** Words that may follow: subcommands, or choices of an argument. */
  readonly words: readonly { readonly name: string; readonly description: string }[];
}

/** The program and all its commands; options of the program are listed only once, and are valid everywhere. */
export function wordsOf(program: Command): CommandWords[] {
  return below(program, []);
}

function below(command: Command, path: readonly string[]): CommandWords[] {
  const commands = command.commands.map((one) => ({ name: one.name(), description: one.description() }));
  const choices = command.registeredArguments.flatMap(choicesOf);
  const own: CommandWords = {
    path,
    description: command.description(),
    options: [...command.options.filter(({ hidden }) => !hidden).map(optionWords), HELP],
    words: [...commands, ...choices],
  };
  return [own, ...command.commands.flatMap((one) => below(one, [...path, one.name()]))];
}

const HELP: OptionWords = { flags: ["--help"], description: "display help for command", value: "none" };

function choicesOf({ argChoices = [] }: Argument) {
  return argChoices.map((name) => ({ name, description: "" }));
}

function optionWords(option: Option): OptionWords {
  const { short, long, description } = option;
  const flags = [short, long].filter((flag) => typeof flag === "string");
  return { flags, description: firstSentence(description), value: valueOf(option) };
}

function valueOf({ flags, argChoices }: Option): OptionWords["value"] {
  if (argChoices !== undefined) return argChoices;
  const [, named] = /[<[]([^<>[\]]+)[>\]]/.exec(flags) ?? [];
  if (named === undefined) return "none";
  if (/^[\w-]+(?:\|[\w-]+)+$/.test(named)) return named.split("|");
  return ["file", "dir", "directory"].includes(named) ? "file" : "any";
}

/** Shells show one short line. */
function firstSentence(text: string): string {
  const [sentence = ""] = text.split(/ \[MCPTB_|; |(?<=\w)\. /, 1);
  return sentence.replace(/\.$/, "");
}
