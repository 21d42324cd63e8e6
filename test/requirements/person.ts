import type { Requirement } from "./requirement.ts";

/** What the person at the keyboard meets: the command line, its settings, its messages, its processes. */
export const person = [
  {
    id: "person.language",
    source: "docs/quick-reference.md, Settings",
    text: "The page and what the commands say come in English or Chinese: as --lang says, else as the browser or the terminal's environment does.",
  },
  {
    id: "person.precedence",
    source: "docs/quick-reference.md, Settings",
    text: "Flags win over environment variables, those over the config file, that over the defaults; an empty variable counts as unset.",
  },
  {
    id: "person.every-setting",
    source: "docs/quick-reference.md, Settings",
    text: "Every setting is a flag, an MCPTB_ variable and a config file member, with a description and a stated set of values.",
  },
  {
    id: "person.flags-anywhere",
    source: "docs/quick-reference.md, Settings",
    text: "Settings may stand before or after a command's name.",
  },
  {
    id: "person.help",
    source: "docs/quick-reference.md, Settings",
    text: "`--help --all` and `help options` show every setting with its variable and default, and every command.",
  },
  {
    id: "person.config",
    source: "docs/quick-reference.md, Settings",
    text: "`mcptb config` shows every setting in force and the flag, variable or file member that it comes from; keys are counted and never shown.",
  },
  {
    id: "person.help-fits",
    source: "docs/quick-reference.md, Settings",
    text: "Help fits the terminal's width down to 40 columns, shows the settings that most people need, and says where the others are.",
  },
  {
    id: "person.completion",
    source: "docs/quick-reference.md, Settings",
    text: "`mcptb completion` prints a script for bash, zsh, fish or PowerShell that completes every command, option and choice.",
  },
  {
    id: "person.service",
    source: "docs/service.md",
    text: "The image, the compose file, the systemd unit and the dashboard fit the program: its settings, its health, its metrics.",
  },
  {
    id: "person.package-links",
    source: "README",
    text: "What the README links to is in the package.",
  },
  {
    id: "person.chinese",
    source: "README.zh-CN.md",
    text: "The Chinese README has every part of the English one, and the pages in Chinese name what there is.",
  },
  {
    id: "person.define-host",
    source: "docs/api.md",
    text: "A program makes a host with `defineHost` from a name and a function that answers with text.",
  },
  {
    id: "person.wrong-value",
    source: "docs/quick-reference.md, Settings",
    text: "A wrong value is an error that names the flag, variable or file member, the value and what is accepted.",
  },
  {
    id: "person.unknown-setting",
    source: "docs/quick-reference.md, Settings",
    text: "A config file member that is no setting is an error that names it.",
  },
  {
    id: "person.no-stack",
    source: "docs/quick-reference.md, Settings",
    text: "What the person has mistyped is answered with a clear line and exit code 2; a stack is shown only when debugging.",
  },
  {
    id: "person.no-open-bind",
    source: "docs/security.md",
    text: "The bridge refuses to listen on an address that other machines can reach unless a key is configured.",
  },
  {
    id: "person.demo",
    source: "README, Try it in one minute",
    text: "`mcptb demo` runs the bridge under an MCP host of our own in another process; its demo model streams markdown that repeats what was asked.",
  },
  {
    id: "person.demo-lines",
    source: "README, Try it in one minute",
    text: "The demo prints the URLs, and lines for curl, the OpenAI SDKs, LiteLLM and Claude Code that work as printed.",
  },
  {
    id: "person.demo-ends",
    source: "README, Try it in one minute",
    text: "Ctrl-C, SIGTERM, a closed terminal or the demo's sudden death end every process.",
  },
  {
    id: "person.demo-port-taken",
    source: "README, Try it in one minute",
    text: "A taken port is one clear line with the next step and exit code 1, not a stack trace.",
  },
  {
    id: "person.start",
    source: "README, Try it in one minute",
    text: "`npm start` builds and runs the demo.",
  },
  {
    id: "person.terminal-hint",
    source: "README, Use the model of your editor",
    text: "Started by hand in a terminal, the server says that an MCP host is meant to start it, and what to run instead.",
  },
  {
    id: "person.port-taken",
    source: "docs/quick-reference.md, Troubleshooting",
    text: "A server whose port is taken says so once, stays with its host, and takes the port as soon as it is free.",
  },
  {
    id: "person.ends-with-host",
    source: "MCP 2025-11-25, Lifecycle, Shutdown",
    text: "The server exits by itself within two seconds when its stdin ends, also with streams open.",
  },
  {
    id: "person.ends-with-signal",
    source: "MCP 2025-11-25, Lifecycle, Shutdown",
    text: "The server exits in good order within two seconds on SIGINT, SIGTERM and SIGHUP, also with streams open.",
  },
  {
    id: "person.second-signal",
    source: "README, Try it in one minute",
    text: "A second Ctrl-C ends the process at once.",
  },
  {
    id: "person.connect-vscode",
    source: "README, Use the model of your editor",
    text: "`mcptb connect vscode` shows the entry for VS Code and writes it only with --write.",
  },
  {
    id: "person.connect-keeps",
    source: "README, Use the model of your editor",
    text: "Writing VS Code's files keeps every comment and member there is, and changes a file that is there only when someone agrees.",
  },
  {
    id: "person.connect-consent",
    source: "README, Limits and responsible use",
    text: "The permission to sample is written only on --allow-sampling, under the key that VS Code looks it up by.",
  },
  {
    id: "person.connect-clients",
    source: "README, Use the model of your editor",
    text: "`mcptb connect` prints the client's side for Claude Code, Codex, opencode, LiteLLM and the OpenAI SDKs, for POSIX shells, PowerShell and cmd, never with a key in it.",
  },
  {
    id: "person.connect-write",
    source: "docs/quick-reference.md, Files of clients",
    text: "`mcptb connect` for Claude Code, Codex, opencode and LiteLLM with --write sets exactly what it prints in the client's own file, at once, keeps the rest, the permissions and the line ends, and writing it again changes nothing.",
  },
  {
    id: "person.connect-asks",
    source: "docs/quick-reference.md, Files of clients",
    text: "Before it changes a file that is there it shows a unified diff and asks on the terminal, no being the default; without a terminal and without --yes it changes nothing and fails.",
  },
  {
    id: "person.connect-no-key",
    source: "docs/quick-reference.md, Files of clients",
    text: "No key is written: the files name a variable, or leave the key to the environment.",
  },
  {
    id: "person.connect-unsafe",
    source: "docs/quick-reference.md, Files of clients",
    text: "A file that is broken, or written in a way that cannot be edited safely, is named with the reason and left alone.",
  },
  {
    id: "person.connect-duplicate",
    source: "docs/quick-reference.md, Files of clients",
    text: "A file in which a name stands twice is left alone; the name and the line are said.",
  },
  {
    id: "person.connect-files",
    source: "docs/quick-reference.md, Files of clients",
    text: "Links, hard links, owner and permissions are kept; what is no regular file, is too large, read-only or a link to nothing is refused with the reason; what has changed meanwhile is not overwritten.",
  },
  {
    id: "person.connect-backup",
    source: "docs/quick-reference.md, Files of clients",
    text: "Before the first change a file is kept as FILE.bak, once and with its permissions.",
  },
  {
    id: "person.connect-remove",
    source: "docs/quick-reference.md, Files of clients",
    text: "`--remove` takes back what was written and nothing else; a file that was made and is empty then goes.",
  },
  {
    id: "person.hosts",
    source: "docs/quick-reference.md, Commands",
    text: "`mcptb hosts` shows the attached hosts of the running bridge with their state and abilities, refreshed in place with --watch, as JSON with --json.",
  },
  {
    id: "person.agents",
    source: "docs/quick-reference.md, Commands",
    text: "`mcptb claude` and `mcptb codex` start the agent at the bridge, hand on its arguments and signals unchanged, and end as it ends.",
  },
  {
    id: "person.agents-refused",
    source: "docs/quick-reference.md, Commands",
    text: "They say what to do when no bridge answers or the agent is not installed, and start nothing then.",
  },
  {
    id: "person.page",
    source: "docs/quick-reference.md, The page",
    text: "The page at / says whether the bridge is ready, which hosts and models there are and what to do, tries a prompt, and has lines to paste; no script from elsewhere runs in it.",
  },
  {
    id: "person.ask",
    source: "docs/quick-reference.md, Commands",
    text: "`mcptb ask` finds the running bridge and prints the model's answer as it comes, alone on stdout; words, files, images and a pipe make the question; an error is said with what to do.",
  },
  {
    id: "person.chat",
    source: "docs/quick-reference.md, Commands",
    text: "`mcptb chat` keeps a conversation; Ctrl-C stops the answer only, and what came of it stays in the conversation.",
  },
  {
    id: "person.command-name",
    source: "docs/quick-reference.md, Commands",
    text: "Hints name the program as this person can start it: by name, by path, or by npx in its version.",
  },
  {
    id: "person.doctor",
    source: "README, Use the model of your editor",
    text: "`mcptb doctor` checks Node, the port, the key, the host, its sampling, consent and one real round trip.",
  },
  {
    id: "person.doctor-remedy",
    source: "README, Use the model of your editor",
    text: "Each failure that the doctor finds says what to do, and makes its exit code 1.",
  },
  {
    id: "person.package-contents",
    source: "package.json",
    text: "The packed package holds only what a user needs, and no install script.",
  },
  {
    id: "person.package-runs",
    source: "package.json",
    text: "The packed package runs in an empty folder with nothing but its own dependencies.",
  },
  {
    id: "person.embedding",
    source: "src/index.ts",
    text: "A program can embed the bridge with a host of its own.",
  },
  {
    id: "person.examples",
    source: "examples/README.md",
    text: "Every example runs as it is.",
  },
] as const satisfies readonly Requirement[];
