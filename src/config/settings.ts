/**
 * Every setting, once: its name, accepted values, default, unit and a sentence about it. Flag, variable and member of
 * the config file are derived from the name; the validation, `--help` and docs/configuration.md from the whole table.
 */
import * as z from "zod";
import type { Immutable } from "../util/shape.ts";
import { CLUSTER } from "./cluster-settings.ts";
import { CONSENT } from "./consent-settings.ts";
import { MODELS } from "./model-settings.ts";
import { TELEMETRY } from "./telemetry-settings.ts";
import {
  amount,
  hostLimits,
  keys,
  LANGS,
  list,
  LOG_FORMATS,
  LOG_LEVELS,
  MCP_ERAS,
  oneOf,
  onOff,
  path,
  secondsOrNone,
  STREAM_UNITS,
  text,
  wholeNumber,
} from "./values.ts";

/** The headings of `--help`, in this order. */
export const GROUPS = {
  listening: "Listening",
  keys: "Keys",
  hosts: "MCP hosts and waiting",
  models: "Models",
  answers: "Answers",
  bounds: "Bounds",
  watching: "Watched by OpenTelemetry",
  cluster: "Cluster",
  program: "This program",
} as const;

interface About {
  readonly group: keyof typeof GROUPS;
  /** Whether the short help shows it. */
  readonly common?: true;
  /** The name or unit of the value in `--help`; absent for switches. */
  readonly value?: string;
  readonly description: string;
  /** Never printed. */
  readonly secret?: true;
  /** Names a file or directory. */
  readonly isPath?: true;
  /** A variable that other programs go by too, looked at after ours. */
  readonly commonEnv?: string;
}

export interface Setting extends About {
  /** The schema with its default; its `description` names the accepted values. */
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
      "Listen on this port too, for programs that only look for Ollama at 11434; 0 turns it off. A port that a running Ollama uses is never taken.",
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
      "Keys that may also see and control the whole bridge, separated by commas; where any key is configured, only these and the keys of `mcptb keys add --operator` may do that.",
    secret: true,
  },
  ...CONSENT,
  hostKey: {
    group: "keys",
    accepts: keys(),
    value: "keys",
    description:
      "Keys for hosts on other machines that lend their model to this bridge, separated by commas.",
    secret: true,
  },
  allowedHosts: {
    group: "listening",
    accepts: list(),
    value: "names",
    description: "More host names under which clients may reach the bridge, separated by commas.",
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
    description: "Which era of MCP to use; where a host supports both, legacy works better.",
  },
  mcpHttp: {
    group: "hosts",
    common: true,
    accepts: onOff(false),
    description: "Also accept hosts over Streamable HTTP, at /mcp.",
  },
  stdio: {
    group: "hosts",
    accepts: onOff(true),
    description:
      "Serve the host that started the bridge; --no-stdio runs the bridge without one, for hosts that connect over HTTP.",
  },
  httpTimeout: {
    group: "hosts",
    common: true,
    accepts: secondsOrNone(600),
    value: "seconds",
    description: "How long the host may take to answer; none, 0 or infinite for no limit.",
  },
  ...MODELS,
  streamUnit: {
    group: "answers",
    common: true,
    accepts: oneOf(STREAM_UNITS, "word"),
    value: STREAM_UNITS.join("|"),
    description: "Units in which a complete answer is streamed.",
  },
  streamMinChars: {
    group: "answers",
    accepts: wholeNumber(1, 100_000, 1),
    value: "number",
    description: "Units are joined until a chunk has this many characters.",
  },
  peekMs: {
    group: "answers",
    accepts: wholeNumber(0, 60_000, 1000),
    value: "ms",
    description: "How long a stream waits for the first event of the host before its headers are sent.",
  },
  heartbeatMs: {
    group: "answers",
    accepts: wholeNumber(100, 10_000, 10_000),
    value: "ms",
    description: "Longest time without an event on a stream.",
  },
  jsonKeepAliveMs: {
    group: "answers",
    accepts: wholeNumber(0, 3_600_000, 50_000),
    value: "ms",
    description:
      "When a waiting response without streaming sends its headers (status 200) and blanks; 0 for never.",
  },
  consentHintMs: {
    group: "answers",
    accepts: wholeNumber(0, 600_000, 3000),
    value: "ms",
    description: "When to report that the host may be waiting for consent.",
  },
  maxConcurrent: {
    group: "hosts",
    common: true,
    accepts: wholeNumber(1, 100_000, 16),
    value: "number",
    description: "Requests that run at one host at the same time.",
  },
  hostLimits: {
    group: "hosts",
    accepts: hostLimits(),
    value: "label=n[:ms],...",
    description: "Limits for single hosts: requests at the same time, and the shortest time between two.",
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
    description: "Memory for all request bodies together, until their requests are over.",
  },
  maxConnections: {
    group: "bounds",
    accepts: wholeNumber(1, 1_000_000, 1024),
    value: "number",
    description: "Open connections at the same time.",
  },
  maxInFlight: {
    group: "bounds",
    accepts: wholeNumber(1, 1_000_000, 1024),
    value: "number",
    description: "Requests at the same time, including waiting ones.",
  },
  stallMs: {
    group: "answers",
    accepts: wholeNumber(100, 86_400_000, 30_000),
    value: "ms",
    description: "How long a client may stop reading a stream.",
  },
  drainMs: {
    group: "bounds",
    accepts: wholeNumber(0, 3_600_000, 500),
    value: "ms",
    description: "How long running requests may go on when the bridge stops.",
  },
  ...CLUSTER,
  stateDir: {
    group: "program",
    accepts: path(),
    value: "directory",
    description:
      "Directory in which processes of one user find each other and `mcptb host` keeps its key; the default is in the home directory.",
    isPath: true,
  },
  keepDays: {
    group: "program",
    accepts: wholeNumber(0, 3650, 90),
    value: "days",
    description: "How long the history of requests is kept; it has no prompts or answers; 0 for no history.",
  },
  keepContent: {
    group: "program",
    accepts: wholeNumber(0, 30, 0),
    value: "days",
    description: "Keep prompts and answers for so many days, encrypted; 0 keeps none of them.",
  },
  ...TELEMETRY,
  logLevel: {
    group: "program",
    common: true,
    accepts: oneOf(LOG_LEVELS, "info"),
    value: LOG_LEVELS.join("|"),
    description: "How much is logged, to stderr or in a host that shows the log.",
  },
  lang: {
    group: "program",
    accepts: oneOf(LANGS, "auto"),
    value: LANGS.join("|"),
    description: "Language of the page and of the commands; auto follows the browser and the terminal.",
  },
  logFormat: {
    group: "program",
    accepts: oneOf(LOG_FORMATS, "auto"),
    value: LOG_FORMATS.join("|"),
    description:
      "Format of the log lines; auto: coloured on a terminal, plain text elsewhere, and only in the host where it shows the log.",
  },
  logContent: { group: "program", accepts: onOff(false), description: "Log prompts and answers in full." },
  forceColor: {
    group: "program",
    accepts: onOff(false),
    description: "Use colours in the log even without a terminal.",
  },
} as const satisfies Readonly<Record<string, Setting>>;

type Name = keyof typeof SETTINGS;
type Accepts = { readonly [Key in Name]: (typeof SETTINGS)[Key]["accepts"] };

const NAMES = Object.keys(SETTINGS) as Name[];

/** The members of a config file; the `description` of each names its accepted values. */
export const configSchema = z.strictObject(
  Object.fromEntries(NAMES.map((name) => [name, SETTINGS[name].accepts])) as unknown as Accepts,
);

/** A whole configuration, with a value for every setting. */
export type Config = Immutable<z.output<typeof configSchema>>;

/** The flag, variable and member of a setting. */
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
