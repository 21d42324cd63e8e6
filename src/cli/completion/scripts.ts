/** Completion for each shell, as a script for the shell's start file. */
import type { CommandWords, OptionWords } from "./words.ts";

export const COMPLETED_SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
export type CompletedShell = (typeof COMPLETED_SHELLS)[number];

/** The script; `names` are the commands that it completes. */
export function completionScript(
  shell: CompletedShell,
  commands: readonly CommandWords[],
  names: readonly string[],
): string {
  return SCRIPTS[shell](commands, names);
}

type Write = (commands: readonly CommandWords[], names: readonly string[]) => string;

const SCRIPTS: Readonly<Record<CompletedShell, Write>> = { bash, zsh, fish, powershell };

/** The lookup key of a command, e.g. `connect vscode`; empty for the program itself. */
function keyOf({ path }: CommandWords): string {
  return path.join(" ");
}

function flagsOf({ options }: CommandWords): string[] {
  return options.flatMap(({ flags }) => flags);
}

/** Options with a value: their flags, and the kind of value. */
function valued(commands: readonly CommandWords[]): OptionWords[] {
  return commands.flatMap(({ options }) => options).filter(({ value }) => value !== "none");
}

function bash(commands: readonly CommandWords[], names: readonly string[]): string {
  const [program] = commands;
  const words = commands.map(
    (one) =>
      `    ${quoted(keyOf(one))}) words=${quoted(one.words.map(({ name }) => name).join(" "))} options=${quoted(flagsOf(one).join(" "))} ;;`,
  );
  const keys = commands.map(keyOf).filter((key) => key !== "");
  const values = unique(valued(commands)).map(([pattern, value]) => `    ${pattern}) ${bashValue(value)} ;;`);
  return `# Completion of ${names.join(" and ")} for bash. Put into ~/.bashrc: eval "$(${names[0]} completion bash)"
_mcptb() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} key= words= options= index word next
  COMPREPLY=()
  # bash takes "--port=80" apart at the "=".
  if [ "$cur" = = ]; then cur=; elif [ "$prev" = = ] && [ "$COMP_CWORD" -gt 1 ]; then prev=\${COMP_WORDS[COMP_CWORD-2]}; fi
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    next="$key\${key:+ }$word"
    case "$next" in
    ${keys.map(quoted).join(" | ")}) key=$next ;;
    esac
  done
  case "$prev" in
${values.join("\n")}
  esac
  case "$key" in
${words.join("\n")}
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$options ${program === undefined ? "" : flagsOf(program).join(" ")}" -- "$cur")) ;;
    *) COMPREPLY=($(compgen -W "$words" -- "$cur")) ;;
  esac
}
complete -o default -F _mcptb ${names.join(" ")}
`;
}

function bashValue(value: OptionWords["value"]): string {
  if (value === "file") return "return";
  if (typeof value === "string") return "compopt +o default 2>/dev/null; return";
  return `COMPREPLY=($(compgen -W ${quoted(value.join(" "))} -- "$cur")); return`;
}

/** Several commands may have the same flag: the first counts. */
function unique(options: readonly OptionWords[]): [string, OptionWords["value"]][] {
  const seen = new Set<string>();
  return options.flatMap(({ flags, value }): [string, OptionWords["value"]][] => {
    const fresh = flags.filter((flag) => !seen.has(flag));
    for (const flag of fresh) seen.add(flag);
    return fresh.length === 0 ? [] : [[fresh.join(" | "), value]];
  });
}

function zsh(commands: readonly CommandWords[], names: readonly string[]): string {
  const entries = commands.map((one) => {
    const words = one.words.map(({ name, description }) => zshEntry(name, description));
    const options = one.options.flatMap(({ flags, description }) =>
      flags.map((flag) => zshEntry(flag, description)),
    );
    return `    ${quoted(keyOf(one))})
      words=(${words.join(" ")})
      options=(${options.join(" ")}) ;;`;
  });
  const keys = commands.map(keyOf).filter((key) => key !== "");
  const values = unique(valued(commands)).map(([pattern, value]) => `    ${pattern}) ${zshValue(value)} ;;`);
  const [program] = commands;
  const everywhere = (program?.options ?? []).flatMap(({ flags, description }) =>
    flags.map((flag) => zshEntry(flag, description)),
  );
  return `#compdef ${names.join(" ")}
# Completion of ${names.join(" and ")} for zsh. Put into ~/.zshrc, below compinit: eval "$(${names[0]} completion zsh)"
_mcptb() {
  local key= word next prev=\${words[CURRENT-1]} cur=\${words[CURRENT]}
  local -a typed words_ options everywhere
  typed=("\${(@)words[2,CURRENT-1]}")
  everywhere=(${everywhere.join(" ")})
  for word in $typed; do
    next="$key\${key:+ }$word"
    case "$next" in
    (${keys.map(zshPattern).join("|")}) key=$next ;;
    esac
  done
  case "$prev" in
${values.map((line) => line.replace(/^ {4}/, "    (")).join("\n")}
  esac
  case "$key" in
${entries.map((entry) => entry.replace(/^ {4}/, "    (").replace("words=(", "words_=(")).join("\n")}
  esac
  if [[ $cur == -* ]]; then
    _describe -o option options -- everywhere
  elif (( $#words_ )); then
    _describe command words_
  else
    _files
  fi
}
compdef _mcptb ${names.join(" ")}
`;
}

function zshPattern(text: string): string {
  return quoted(text);
}

function zshEntry(name: string, description: string): string {
  const escape = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll(":", String.raw`\:`);
  return quoted(description === "" ? escape(name) : `${escape(name)}:${escape(description)}`);
}

function zshValue(value: OptionWords["value"]): string {
  if (value === "file") return "_files; return";
  if (typeof value === "string") return "_message value; return";
  return `compadd -- ${value.map(quoted).join(" ")}; return`;
}

function fish(commands: readonly CommandWords[], names: readonly string[]): string {
  const lines = names.flatMap((name) => [
    `complete -c ${name} -f`,
    ...commands.flatMap((one) => {
      const { path } = one;
      const children = one.words.map((word) => word.name);
      const here = path.map((part) => `__fish_seen_subcommand_from ${part}`);
      const none = children.length === 0 ? [] : [`not __fish_seen_subcommand_from ${children.join(" ")}`];
      const wordsAt = condition([...here, ...none]);
      const optionsAt = condition(here);
      return [
        ...one.words.map(
          (word) => `complete -c ${name}${wordsAt} -a ${fishQuoted(word.name)}${described(word.description)}`,
        ),
        ...(path.length > 0 && children.length === 0 ? [`complete -c ${name}${optionsAt} -F`] : []),
        ...one.options.map(
          (option) =>
            `complete -c ${name}${optionsAt}${fishFlags(option)}${fishValue(option.value)}${described(option.description)}`,
        ),
      ];
    }),
  ]);
  return `# Completion of ${names.join(" and ")} for fish. Put into ~/.config/fish/config.fish: ${names[0]} completion fish | source
${lines.join("\n")}
`;
}

function condition(tests: readonly string[]): string {
  return tests.length === 0 ? "" : ` -n ${fishQuoted(tests.join("; and "))}`;
}

function described(text: string): string {
  return text === "" ? "" : ` -d ${fishQuoted(text)}`;
}

function fishFlags({ flags }: OptionWords): string {
  return flags
    .map((flag) => (flag.startsWith("--") ? ` -l ${flag.slice(2)}` : ` -s ${flag.slice(1)}`))
    .join("");
}

function fishValue(value: OptionWords["value"]): string {
  if (value === "none") return "";
  if (value === "file") return " -r -F";
  return typeof value === "string" ? " -x" : ` -x -a ${fishQuoted(value.join(" "))}`;
}

function powershell(commands: readonly CommandWords[], names: readonly string[]): string {
  const [program] = commands;
  const entries = commands.map((one) => {
    const everywhere = one === program ? [] : (program?.options ?? []);
    const options = [...one.options, ...everywhere].flatMap(({ flags, description }) =>
      flags.map((name) => ({ name, description })),
    );
    const words = [...one.words, ...options].map(
      ({ name, description }) =>
        `      @(${psQuoted(name)}, ${psQuoted(description === "" ? name : description)})`,
    );
    return `    ${psQuoted(keyOf(one))} = @(\n${words.join("\n")}\n    )`;
  });
  const values = unique(valued(commands)).flatMap(([pattern, value]) =>
    typeof value === "string"
      ? []
      : pattern.split(" | ").map((flag) => `    ${psQuoted(flag)} = @(${value.map(psQuoted).join(", ")})`),
  );
  return `# Completion of ${names.join(" and ")} for PowerShell. Put into $PROFILE: ${names[0]} completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName ${names.map(psQuoted).join(", ")} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @{
${entries.join("\n")}
  }
  $values = @{
${values.join("\n")}
  }
  $typed = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } | Select-Object -Skip 1 | ForEach-Object { $_.ToString() })
  $key = ''
  foreach ($word in $typed) {
    $next = if ($key -eq '') { $word } else { "$key $word" }
    if ($words.ContainsKey($next)) { $key = $next }
  }
  $last = if ($typed.Count -gt 0) { $typed[-1] } else { '' }
  if ($values.ContainsKey($last)) {
    $values[$last] | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
      [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
    }
    return
  }
  $words[$key] | Where-Object { $_[0] -like "$wordToComplete*" } | ForEach-Object {
    [System.Management.Automation.CompletionResult]::new($_[0], $_[0], 'ParameterValue', $_[1])
  }
}
`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replaceAll("\\", String.raw`\\`).replaceAll("'", String.raw`\'`)}'`;
}

function psQuoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
