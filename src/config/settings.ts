/**
 * Every setting, once: its name, what it accepts and its default, how its value is called, and a sentence about it. Flag, variable and
 * member of the config file come from the name; the checks of a configuration, `--help` and docs/configuration.md from all of it.
 */
import * as z from "zod";
import type { Immutable } from "../util/shape.ts";
import {
  amount,
  backgroundRules,
  hostLimits,
  keys,
  LANGS,
  list,
  LOG_FORMATS,
  LOG_LEVELS,
  MCP_ERAS,
  namedHints,
  oneOf,
  onOff,
  path,
  secondsOrNone,
  share,
  STREAM_UNITS,
  text,
  wholeNumber,
} from "./values.ts";

/** Under which heading a setting stands in `--help`, in this order. */
export const GROUPS = {
  listening: "Listening",
  keys: "Keys",
  hosts: "MCP hosts and waiting",
  models: "Models",
  answers: "Answers",
  bounds: "Bounds",
  program: "This program",
} as const;

interface About {
  readonly group: keyof typeof GROUPS;
  /** One of the few that most people look for: the short help shows it. */
  readonly common?: true;
  /** What stands behind the flag in `--help`, where it helps with its unit; none for switches. */
  readonly value?: string;
  readonly description: string;
  /** Never printed. */
  readonly secret?: true;
  /** Names a file or directory. */
  readonly isPath?: true;
}

interface Setting extends About {
  /** With its default; its `description` says what is accepted. */
  readonly accepts: z.ZodType;
}

const SETTINGS = {
  host: {
    group: "listening",
    common: true,
    accepts: text("127.0.0.1"),
    value: "address",
    description: "Address to listen on; any but a loopback address needs a key.",
  },
  port: {
    group: "listening",
    common: true,
    accepts: wholeNumber(0, 65_535, 8000),
    value: "number",
    description: "Port to listen on; 0 takes a free one.",
  },
  ollamaPort: {
    group: "listening",
    accepts: wholeNumber(0, 65_535, 0),
    value: "number",
    description:
      "Listen at this port too, for programs that look for Ollama at 11434 and nowhere else; 0 does not. It is never taken from a running Ollama.",
  },
  apiKey: {
    group: "keys",
    common: true,
    accepts: keys(),
    value: "keys",
    description: "Keys that clients must send, separated by commas.",
    secret: true,
  },
  apiKeyFile: {
    group: "keys",
    accepts: path(),
    value: "file",
    description: "File with one key a line.",
    isPath: true,
  },
  operatorKey: {
    group: "keys",
    accepts: keys(),
    value: "keys",
    description:
      "Keys that may also drain and resume hosts, separated by commas; where clients need a key, or one is given here, nobody else may.",
    secret: true,
  },
  hostKey: {
    group: "keys",
    accepts: keys(),
    value: "keys",
    description: "Keys with which hosts elsewhere may lend their model to this bridge, separated by commas.",
    secret: true,
  },
  allowedHosts: {
    group: "listening",
    accepts: list(),
    value: "names",
    description: "Further names under which clients may reach the bridge, separated by commas.",
  },
  allowedOrigins: {
    group: "listening",
    accepts: list(),
    value: "origins",
    description: "Web origins that may call the bridge (CORS), separated by commas.",
  },
  mcpEra: {
    group: "hosts",
    accepts: oneOf(MCP_ERAS, "auto"),
    value: MCP_ERAS.join("|"),
    description: "Which era of MCP is spoken; legacy is the better one where a host knows both.",
  },
  mcpHttp: {
    group: "hosts",
    common: true,
    accepts: onOff(false),
    description: "Let hosts lend their model over Streamable HTTP too, at /mcp.",
  },
  stdio: {
    group: "hosts",
    accepts: onOff(true),
    description:
      "Serve the host that started the bridge; --no-stdio runs it alone, for hosts that come over HTTP.",
  },
  httpTimeout: {
    group: "hosts",
    common: true,
    accepts: secondsOrNone(600),
    value: "seconds",
    description: "How long the host may take for an answer; none, 0 or infinite for no limit.",
  },
  maxTokens: {
    group: "models",
    accepts: wholeNumber(1, 10_000_000, 8192),
    value: "number",
    description: "Token limit for requests that name none.",
  },
  modelAlias: {
    group: "models",
    common: true,
    accepts: namedHints(),
    value: "name=model,...",
    description: "Names for models: what a client asks for, and what the host is asked for instead.",
  },
  modelFamily: {
    group: "models",
    accepts: namedHints(),
    value: "pattern=model,...",
    description: "What else to ask the host for, by patterns of names; looked at before the built-in ones.",
  },
  defaultModel: {
    group: "models",
    accepts: list(),
    value: "models",
    description: "What to ask the host for when nothing is known of a name, the best first.",
  },
  strictModels: {
    group: "models",
    accepts: onOff(false),
    description: "Refuse names that are no model, alias or member of a family.",
  },
  backgroundModel: {
    group: "models",
    accepts: list(),
    value: "models",
    description: "What to ask the host for in background requests (titles, memory), the best first.",
  },
  backgroundRules: {
    group: "models",
    accepts: backgroundRules(),
    value: "json",
    description: "What a background request is, instead of the built-in rules.",
  },
  prefIntelligence: {
    group: "models",
    accepts: share(),
    value: "0..1",
    description: "How much a capable model matters to you, told to the host.",
  },
  prefSpeed: {
    group: "models",
    accepts: share(),
    value: "0..1",
    description: "How much a fast model matters to you, told to the host.",
  },
  prefCost: {
    group: "models",
    accepts: share(),
    value: "0..1",
    description: "How much a cheap model matters to you, told to the host.",
  },
  streamUnit: {
    group: "answers",
    common: true,
    accepts: oneOf(STREAM_UNITS, "word"),
    value: STREAM_UNITS.join("|"),
    description: "Units in which an answer that came whole is streamed.",
  },
  streamMinChars: {
    group: "answers",
    accepts: wholeNumber(1, 100_000, 1),
    value: "number",
    description: "Units are joined until a piece has this many characters.",
  },
  peekMs: {
    group: "answers",
    accepts: wholeNumber(0, 60_000, 1000),
    value: "ms",
    description: "How long a stream waits for the host's verdict before its headers leave.",
  },
  heartbeatMs: {
    group: "answers",
    accepts: wholeNumber(100, 10_000, 10_000),
    value: "ms",
    description: "Longest silence on a stream.",
  },
  jsonKeepAliveMs: {
    group: "answers",
    accepts: wholeNumber(0, 3_600_000, 50_000),
    value: "ms",
    description: "When a waiting plain reply sends its headers (status 200) and blanks; 0 never.",
  },
  consentHintMs: {
    group: "answers",
    accepts: wholeNumber(0, 600_000, 3000),
    value: "ms",
    description: "When to say that the host may be waiting for consent.",
  },
  maxConcurrent: {
    group: "hosts",
    common: true,
    accepts: wholeNumber(1, 100_000, 16),
    value: "number",
    description: "Requests that run at a host at once.",
  },
  hostLimits: {
    group: "hosts",
    accepts: hostLimits(),
    value: "label=n[:ms],...",
    description: "For single hosts: requests that run at once, and the least time between two.",
  },
  maxQueued: {
    group: "hosts",
    accepts: wholeNumber(0, 1_000_000, 256),
    value: "number",
    description: "Requests that may wait for a host.",
  },
  queueTimeoutMs: {
    group: "hosts",
    accepts: wholeNumber(1, 86_400_000, 120_000),
    value: "ms",
    description: "How long a request may wait for a host.",
  },
  bodyLimitMb: {
    group: "bounds",
    accepts: amount(1024, 32),
    value: "MiB",
    description: "Largest request body; never more than three quarters of --body-budget-mb.",
  },
  bodyValues: {
    group: "bounds",
    accepts: wholeNumber(1000, 100_000_000, 250_000),
    value: "number",
    description: "JSON values that one request body may have, counted at every level.",
  },
  bodyBudgetMb: {
    group: "bounds",
    accepts: amount(1_048_576, 256),
    value: "MiB",
    description: "What all request bodies may hold in memory together, until their requests are over.",
  },
  maxConnections: {
    group: "bounds",
    accepts: wholeNumber(1, 1_000_000, 1024),
    value: "number",
    description: "Connections held at once.",
  },
  maxInFlight: {
    group: "bounds",
    accepts: wholeNumber(1, 1_000_000, 1024),
    value: "number",
    description: "Requests handled at once, waiting ones included.",
  },
  stallMs: {
    group: "answers",
    accepts: wholeNumber(100, 86_400_000, 30_000),
    value: "ms",
    description: "How long a client may leave a stream unread.",
  },
  drainMs: {
    group: "bounds",
    accepts: wholeNumber(0, 3_600_000, 500),
    value: "ms",
    description: "How long running requests may take to end when the bridge stops.",
  },
  stateDir: {
    group: "program",
    accepts: path(),
    value: "directory",
    description:
      "Where processes of one user find each other, and `mcptb host` keeps its key; by default a directory of theirs.",
    isPath: true,
  },
  keepDays: {
    group: "program",
    accepts: wholeNumber(0, 3650, 90),
    value: "days",
    description: "How long the history of requests is kept, which has no content of them; 0 keeps none.",
  },
  logLevel: {
    group: "program",
    common: true,
    accepts: oneOf(LOG_LEVELS, "info"),
    value: LOG_LEVELS.join("|"),
    description: "How much is logged, to stderr or to a host that shows the log.",
  },
  lang: {
    group: "program",
    accepts: oneOf(LANGS, "auto"),
    value: LANGS.join("|"),
    description:
      "Language of the page and of what the commands say; auto goes by the browser and the terminal.",
  },
  logFormat: {
    group: "program",
    accepts: oneOf(LOG_FORMATS, "auto"),
    value: LOG_FORMATS.join("|"),
    description:
      "How a line of the log looks; auto: for a person on a terminal, plain text elsewhere, and where the host shows the log only there.",
  },
  logContent: { group: "program", accepts: onOff(false), description: "Log prompts and answers in full." },
  forceColor: {
    group: "program",
    accepts: onOff(false),
    description: "Colour the log even where it is not a terminal.",
  },
} as const satisfies Readonly<Record<string, Setting>>;

type Name = keyof typeof SETTINGS;
type Accepts = { readonly [Key in Name]: (typeof SETTINGS)[Key]["accepts"] };

const NAMES = Object.keys(SETTINGS) as Name[];

/** The members of a config file; what each accepts is in its `description`. */
export const configSchema = z.strictObject(
  Object.fromEntries(NAMES.map((name) => [name, SETTINGS[name].accepts])) as unknown as Accepts,
);

/** A whole configuration, with a value for every setting. */
export type Config = Immutable<z.output<typeof configSchema>>;

/** How a setting is given. */
export interface Option extends About {
  readonly env: `MCPTB_${string}`;
  readonly flag: `--${string}`;
}

export const OPTIONS = Object.fromEntries(NAMES.map((name) => [name, optionOf(name)])) as Readonly<
  Record<keyof Config, Option>
>;

function optionOf(name: Name): Option {
  const { accepts: _, ...about }: Setting = SETTINGS[name];
  const words = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return { env: `MCPTB_${words.replaceAll("-", "_").toUpperCase()}`, flag: `--${words}`, ...about };
}
