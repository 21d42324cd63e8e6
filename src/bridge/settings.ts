/** Derives the options of the parts of a bridge from its configuration. Pure functions. */
import { hostname } from "node:os";
import type { KeyRing } from "../control/keys/key-ring.ts";
import type { Config } from "../config/settings.ts";
import type { SessionOptions } from "../hosts/mcp/session.ts";
import type { TokenEstimator } from "../polyfill/tokens.ts";
import { BACKGROUND_RULES } from "../routing/models/background.ts";
import type { PoolOptions } from "../routing/pool.ts";
import type { RouterOptions } from "../routing/router.ts";
import type { GuardOptions } from "../server/guard.ts";
import type { BodyLimits } from "../server/request-scope.ts";
import type { RespondOptions } from "../server/respond.ts";
import { BodyBudget } from "../wire/body-budget.ts";

const MIB = 1_048_576;

export function queueSettings(config: Config): PoolOptions {
  return {
    concurrent: config.maxConcurrent,
    waiting: config.maxQueued,
    timeoutMs: config.queueTimeoutMs,
    ...(config.cluster.length > 0 && { suffix: `-${clusterName(config)}` }),
    limits: new Map(config.hostLimits.map((limit) => [limit.label, limit])),
  };
}

/** How this process is called in its cluster; its own from the machine's name, which has the port since a machine may have several. */
export function clusterName({ clusterName: given, port }: Config): string {
  if (given !== undefined) return given;
  const machine = hostname()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, 14);
  return `${machine}-${port}`.replace(/^-+/, "");
}

export function modelSettings(config: Config): RouterOptions["models"] {
  return {
    aliases: config.modelAlias,
    families: config.modelFamily,
    defaultModel: config.defaultModel,
    strict: config.strictModels,
    backgroundModel: config.backgroundModel,
    backgroundRules: config.backgroundRules ?? BACKGROUND_RULES,
  };
}

export function guardSettings(
  config: Config,
  keyRing: KeyRing,
  localSecret: string | undefined,
): GuardOptions {
  return {
    keyRing,
    host: config.host,
    allowedHosts: config.allowedHosts,
    allowedOrigins: config.allowedOrigins,
    keys: config.apiKey,
    operatorKeys: config.operatorKey,
    localSecret,
    hostKeys: config.hostKey,
    takesHosts: config.mcpHttp,
  };
}

export function respondSettings(config: Config, tokens: TokenEstimator): RespondOptions {
  return {
    peekMs: config.peekMs,
    heartbeatMs: config.heartbeatMs,
    jsonKeepAliveMs: config.jsonKeepAliveMs,
    stallMs: config.stallMs,
    replay: {
      unit: config.streamUnit,
      minChars: config.streamMinChars,
      vocabulary: () => tokens.vocabulary(),
    },
  };
}

/** The fields of a sampling request that do not come from the turn. */
export function samplingSettings(config: Config): SessionOptions["settingsFor"] {
  return (request) => ({
    hints: request.hints ?? [],
    defaultMaxTokens: config.maxTokens,
    priorities: {
      intelligence: config.prefIntelligence,
      speed: config.prefSpeed,
      cost: config.prefCost,
    },
  });
}

/** Each call creates a separate budget. */
export function bodyLimits(config: Config): BodyLimits {
  const budget = new BodyBudget(config.bodyBudgetMb * MIB);
  return { bytes: Math.min(config.bodyLimitMb * MIB, budget.largest), values: config.bodyValues, budget };
}
