/** The settings of model names: what the host is asked for, and how much may be answered. */
import type { Setting } from "./settings.ts";
import { backgroundRules, list, namedHints, onOff, share, wholeNumber } from "./values.ts";

export const MODELS = {
  maxTokens: {
    group: "models",
    accepts: wholeNumber(1, 10_000_000, 8192),
    value: "number",
    description: "Token limit for requests that have none.",
  },
  modelAlias: {
    group: "models",
    common: true,
    accepts: namedHints(),
    value: "name=model,...",
    description:
      "Model aliases: the name that a client asks for, and the name that the host is asked for instead.",
  },
  modelFamily: {
    group: "models",
    accepts: namedHints(),
    value: "pattern=model,...",
    description:
      "More model names to ask the host for, by patterns of the client's name; they come before the built-in ones.",
  },
  defaultModel: {
    group: "models",
    accepts: list(),
    value: "models",
    description: "Models to ask the host for when a name is unknown, the best first.",
  },
  strictModels: {
    group: "models",
    accepts: onOff(false),
    description: "Refuse unknown model names: not a model, an alias or a member of a known family.",
  },
  backgroundModel: {
    group: "models",
    accepts: list(),
    value: "models",
    description: "Models to ask the host for in background requests (titles, memory), the best first.",
  },
  backgroundRules: {
    group: "models",
    accepts: backgroundRules(),
    value: "json",
    description: "Rules that recognise background requests, instead of the built-in ones.",
  },
  prefIntelligence: {
    group: "models",
    accepts: share(),
    value: "0..1",
    description: "How much a capable model matters to you; sent to the host.",
  },
  prefSpeed: {
    group: "models",
    accepts: share(),
    value: "0..1",
    description: "How much a fast model matters to you; sent to the host.",
  },
  prefCost: {
    group: "models",
    accepts: share(),
    value: "0..1",
    description: "How much a cheap model matters to you; sent to the host.",
  },
} as const satisfies Readonly<Record<string, Setting>>;
