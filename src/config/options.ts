/** How each setting is given, and the words for `--help` and for docs/configuration.md, which is generated from here. */
import { MCP_ERAS } from "./mcp-era.ts";
import { LOG_LEVELS, type Config } from "./schema.ts";
import { STREAM_UNITS } from "./stream-unit.ts";

export interface Option {
  readonly env: `MCPTB_${string}`;
  readonly flag: `--${string}`;
  /** What stands behind the flag in `--help`; none for switches. */
  readonly value?: string;
  readonly description: string;
  /** Never printed. */
  readonly secret?: boolean;
  /** Names a file or directory. */
  readonly isPath?: boolean;
}

export const OPTIONS: Readonly<Record<keyof Config, Option>> = {
  host: {
    env: "MCPTB_HOST",
    flag: "--host",
    value: "address",
    description: "Address to listen on; any but a loopback address needs a key.",
  },
  port: {
    env: "MCPTB_PORT",
    flag: "--port",
    value: "number",
    description: "Port to listen on; 0 takes a free one.",
  },
  apiKey: {
    env: "MCPTB_API_KEY",
    flag: "--api-key",
    value: "keys",
    description: "Keys that clients must send, separated by commas.",
    secret: true,
  },
  apiKeyFile: {
    env: "MCPTB_API_KEY_FILE",
    flag: "--api-key-file",
    value: "file",
    description: "File with one key a line.",
    isPath: true,
  },
  operatorKey: {
    env: "MCPTB_OPERATOR_KEY",
    flag: "--operator-key",
    value: "keys",
    description:
      "Keys that may also drain and resume hosts, separated by commas; where clients need a key, or one is given here, nobody else may.",
    secret: true,
  },
  hostKey: {
    env: "MCPTB_HOST_KEY",
    flag: "--host-key",
    value: "keys",
    description: "Keys with which hosts elsewhere may lend their model to this bridge, separated by commas.",
    secret: true,
  },
  allowedHosts: {
    env: "MCPTB_ALLOWED_HOSTS",
    flag: "--allowed-hosts",
    value: "names",
    description: "Further names under which clients may reach the bridge, separated by commas.",
  },
  allowedOrigins: {
    env: "MCPTB_ALLOWED_ORIGINS",
    flag: "--allowed-origins",
    value: "origins",
    description: "Web origins that may call the bridge (CORS), separated by commas.",
  },
  mcpEra: {
    env: "MCPTB_MCP_ERA",
    flag: "--mcp-era",
    value: MCP_ERAS.join("|"),
    description: "Which era of MCP is spoken; legacy is the better one where a host knows both.",
  },
  mcpHttp: {
    env: "MCPTB_MCP_HTTP",
    flag: "--mcp-http",
    description: "Let hosts lend their model over Streamable HTTP too, at /mcp.",
  },
  stdio: {
    env: "MCPTB_STDIO",
    flag: "--stdio",
    description:
      "Serve the host that started the bridge; --no-stdio runs it alone, for hosts that come over HTTP.",
  },
  httpTimeout: {
    env: "MCPTB_HTTP_TIMEOUT",
    flag: "--http-timeout",
    value: "seconds",
    description: "How long the host may take for an answer; none, 0 or infinite for no limit.",
  },
  maxTokens: {
    env: "MCPTB_MAX_TOKENS",
    flag: "--max-tokens",
    value: "number",
    description: "Token limit for requests that name none.",
  },
  modelAlias: {
    env: "MCPTB_MODEL_ALIAS",
    flag: "--model-alias",
    value: "name=model,...",
    description: "Names for models: what a client asks for, and what the host is asked for instead.",
  },
  modelFamily: {
    env: "MCPTB_MODEL_FAMILY",
    flag: "--model-family",
    value: "pattern=model,...",
    description: "What else to ask the host for, by patterns of names; looked at before the built-in ones.",
  },
  defaultModel: {
    env: "MCPTB_DEFAULT_MODEL",
    flag: "--default-model",
    value: "models",
    description: "What to ask the host for when nothing is known of a name, the best first.",
  },
  strictModels: {
    env: "MCPTB_STRICT_MODELS",
    flag: "--strict-models",
    description: "Refuse names that are no model, alias or member of a family.",
  },
  backgroundModel: {
    env: "MCPTB_BACKGROUND_MODEL",
    flag: "--background-model",
    value: "models",
    description: "What to ask the host for in background requests (titles, memory), the best first.",
  },
  backgroundRules: {
    env: "MCPTB_BACKGROUND_RULES",
    flag: "--background-rules",
    value: "json",
    description: "What a background request is, instead of the built-in rules.",
  },
  prefIntelligence: {
    env: "MCPTB_PREF_INTELLIGENCE",
    flag: "--pref-intelligence",
    value: "0..1",
    description: "How much a capable model matters to you, told to the host.",
  },
  prefSpeed: {
    env: "MCPTB_PREF_SPEED",
    flag: "--pref-speed",
    value: "0..1",
    description: "How much a fast model matters to you, told to the host.",
  },
  prefCost: {
    env: "MCPTB_PREF_COST",
    flag: "--pref-cost",
    value: "0..1",
    description: "How much a cheap model matters to you, told to the host.",
  },
  streamUnit: {
    env: "MCPTB_STREAM_UNIT",
    flag: "--stream-unit",
    value: STREAM_UNITS.join("|"),
    description: "Units in which an answer that came whole is streamed.",
  },
  streamMinChars: {
    env: "MCPTB_STREAM_MIN_CHARS",
    flag: "--stream-min-chars",
    value: "number",
    description: "Units are joined until a piece has this many characters.",
  },
  peekMs: {
    env: "MCPTB_PEEK_MS",
    flag: "--peek-ms",
    value: "ms",
    description: "How long a stream waits for the host's verdict before its headers leave.",
  },
  heartbeatMs: {
    env: "MCPTB_HEARTBEAT_MS",
    flag: "--heartbeat-ms",
    value: "ms",
    description: "Longest silence on a stream.",
  },
  jsonKeepAliveMs: {
    env: "MCPTB_JSON_KEEP_ALIVE_MS",
    flag: "--json-keep-alive-ms",
    value: "ms",
    description: "When a waiting plain reply sends its headers (status 200) and blanks; 0 never.",
  },
  consentHintMs: {
    env: "MCPTB_CONSENT_HINT_MS",
    flag: "--consent-hint-ms",
    value: "ms",
    description: "When to say that the host may be waiting for consent.",
  },
  maxConcurrent: {
    env: "MCPTB_MAX_CONCURRENT",
    flag: "--max-concurrent",
    value: "number",
    description: "Requests that run at a host at once.",
  },
  hostLimits: {
    env: "MCPTB_HOST_LIMITS",
    flag: "--host-limits",
    value: "label=n[:ms],...",
    description: "For single hosts: requests that run at once, and the least time between two.",
  },
  maxQueued: {
    env: "MCPTB_MAX_QUEUED",
    flag: "--max-queued",
    value: "number",
    description: "Requests that may wait for a host.",
  },
  queueTimeoutMs: {
    env: "MCPTB_QUEUE_TIMEOUT_MS",
    flag: "--queue-timeout-ms",
    value: "ms",
    description: "How long a request may wait for a host.",
  },
  bodyLimitMb: {
    env: "MCPTB_BODY_LIMIT_MB",
    flag: "--body-limit-mb",
    value: "MiB",
    description: "Largest request body; never more than three quarters of --body-budget-mb.",
  },
  bodyValues: {
    env: "MCPTB_BODY_VALUES",
    flag: "--body-values",
    value: "number",
    description: "JSON values that one request body may have, counted at every level.",
  },
  bodyBudgetMb: {
    env: "MCPTB_BODY_BUDGET_MB",
    flag: "--body-budget-mb",
    value: "MiB",
    description: "What all request bodies may hold in memory together, until their requests are over.",
  },
  maxConnections: {
    env: "MCPTB_MAX_CONNECTIONS",
    flag: "--max-connections",
    value: "number",
    description: "Connections held at once.",
  },
  maxInFlight: {
    env: "MCPTB_MAX_IN_FLIGHT",
    flag: "--max-in-flight",
    value: "number",
    description: "Requests handled at once, waiting ones included.",
  },
  stallMs: {
    env: "MCPTB_STALL_MS",
    flag: "--stall-ms",
    value: "ms",
    description: "How long a client may leave a stream unread.",
  },
  drainMs: {
    env: "MCPTB_DRAIN_MS",
    flag: "--drain-ms",
    value: "ms",
    description: "How long running requests may take to end when the bridge stops.",
  },
  stateDir: {
    env: "MCPTB_STATE_DIR",
    flag: "--state-dir",
    value: "directory",
    description: "Where processes of one user find each other; by default a directory of theirs.",
    isPath: true,
  },
  logLevel: {
    env: "MCPTB_LOG_LEVEL",
    flag: "--log-level",
    value: LOG_LEVELS.join("|"),
    description: "How much is logged to stderr.",
  },
  logContent: {
    env: "MCPTB_LOG_CONTENT",
    flag: "--log-content",
    description: "Log prompts and answers in full.",
  },
  forceColor: {
    env: "MCPTB_FORCE_COLOR",
    flag: "--force-color",
    description: "Colour the log even where it is no terminal.",
  },
};
