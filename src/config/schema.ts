/** Every setting: its name, its type and its default. How it is given and what it means is in `options.ts`. */
import * as z from "zod";
import { MCP_ERAS } from "./mcp-era.ts";
import { backgroundRules, namedHints } from "./model-values.ts";
import { STREAM_UNITS } from "./stream-unit.ts";
import {
  amount,
  hostLimits,
  keys,
  list,
  oneOf,
  onOff,
  path,
  secondsOrNone,
  share,
  text,
  wholeNumber,
} from "./values.ts";

export const LOG_LEVELS = ["silent", "error", "warn", "info", "debug", "trace"] as const;

/** The members of a config file; what each accepts is in its `description`. */
export const configSchema = z.strictObject({
  host: text("127.0.0.1"),
  port: wholeNumber(0, 65_535, 8000),
  apiKey: keys(),
  apiKeyFile: path(),
  operatorKey: keys(),
  hostKey: keys(),
  allowedHosts: list(),
  allowedOrigins: list(),
  mcpEra: oneOf(MCP_ERAS, "auto"),
  mcpHttp: onOff(false),
  stdio: onOff(true),
  httpTimeout: secondsOrNone(600),
  maxTokens: wholeNumber(1, 10_000_000, 8192),
  modelAlias: namedHints(),
  modelFamily: namedHints(),
  defaultModel: list(),
  strictModels: onOff(false),
  backgroundModel: list(),
  backgroundRules: backgroundRules(),
  prefIntelligence: share(),
  prefSpeed: share(),
  prefCost: share(),
  streamUnit: oneOf(STREAM_UNITS, "word"),
  streamMinChars: wholeNumber(1, 100_000, 1),
  peekMs: wholeNumber(0, 60_000, 1000),
  heartbeatMs: wholeNumber(100, 10_000, 10_000),
  jsonKeepAliveMs: wholeNumber(0, 3_600_000, 50_000),
  consentHintMs: wholeNumber(0, 600_000, 3000),
  maxConcurrent: wholeNumber(1, 100_000, 16),
  hostLimits: hostLimits(),
  maxQueued: wholeNumber(0, 1_000_000, 256),
  queueTimeoutMs: wholeNumber(1, 86_400_000, 120_000),
  bodyLimitMb: amount(1024, 32),
  bodyValues: wholeNumber(1000, 100_000_000, 250_000),
  bodyBudgetMb: amount(1_048_576, 256),
  maxConnections: wholeNumber(1, 1_000_000, 1024),
  maxInFlight: wholeNumber(1, 1_000_000, 1024),
  stallMs: wholeNumber(100, 86_400_000, 30_000),
  drainMs: wholeNumber(0, 3_600_000, 500),
  stateDir: path(),
  logLevel: oneOf(LOG_LEVELS, "info"),
  logContent: onOff(false),
  forceColor: onOff(false),
});

export type Config = z.output<typeof configSchema>;
