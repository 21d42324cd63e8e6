/** What can be completed, read off the command tree: no shell's script has a list of its own. */
import type { Argument, Command, Option } from "commander";

export interface OptionWords {
  /** `--port`, `-f`. */
  readonly flags: readonly string[];
  readonly description: string;
  /** What stands behind it: nothing, one of these, a file, or anything. */
  readonly value: "none" | "any" | "file" | readonly string[];
}

export interface CommandWords {
  /** From the program's name on, without it: `[]`, `["connect"]`, `["connect", "vscode"]`. */
  readonly path: readonly string[];
  readonly description: string;
  readonly options: readonly OptionWords[];
  /** Words that may come next: commands below it, or choices of an argument. */
  readonly words: readonly { readonly name: string; readonly description: string }[];
}

/** The program and all commands below it; options of the program stand with it alone, and hold everywhere. */
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
