/**
 * Everything that a host may lack, in one table: which requests need it, the notice for their client, and the
 * polyfill. An entry without `wrap` cannot be supplied, only reported.
 */
import type { HostAbilities } from "../turn/abilities.ts";
import type { Notice } from "../turn/notice.ts";
import type { TurnRequest } from "../turn/request.ts";
import { structured } from "./json-schema.ts";
import { limit } from "./limit.ts";
import { pairs } from "./pairs.ts";
import type { Polyfill } from "./polyfill.ts";
import { prefill, prefillOf } from "./prefill.ts";
import type { CheckValues } from "./schema-checker/checker.ts";
import { stop } from "./stop.ts";
import type { TokenEstimator } from "./tokens.ts";
import { nativeTools } from "./tools/native.ts";
import { supplyTools } from "./tools/supply.ts";
import { usage } from "./usage.ts";

/** Shared by the polyfills of a turn. `onNotice` gets notices that arise while the turn runs. */
export interface Services {
  readonly tokens: TokenEstimator;
  readonly check: CheckValues;
  readonly onNotice: (notice: Notice) => void;
}

interface Lack {
  /** Whether a request to a host with these abilities needs it. */
  readonly concerns: (request: TurnRequest, abilities: HostAbilities) => boolean;
  /** The notice that the client gets before the turn runs. */
  readonly notice?: Notice;
  readonly wrap?: (services: Services) => Polyfill;
}

/** In the order in which a request passes through. */
const LACKS: readonly Lack[] = [
  { concerns: () => true, wrap: ({ tokens }) => usage(tokens) },
  {
    concerns: ({ maxTokens }, abilities) => maxTokens !== undefined && abilities.maxTokens !== "yes",
    wrap: ({ tokens }) => limit(tokens),
  },
  {
    concerns: ({ maxTokens }, abilities) => maxTokens !== undefined && abilities.maxTokens === "no",
    notice: {
      code: "max-tokens-cut",
      message: "This host ignores the token limit; the bridge cuts longer answers.",
    },
  },
  { concerns: ({ stopSequences }) => stopSequences.length > 0, wrap: () => stop },
  {
    concerns: (request) => prefillOf(request) !== "",
    notice: {
      code: "prefill-approximated",
      message: "The last assistant message is continued by an instruction in the prompt.",
    },
    wrap: () => prefill,
  },
  {
    concerns: ({ responseFormat }) => responseFormat.type === "json",
    notice: {
      code: "format-supplied",
      message: "The format of the answer is described in the prompt and checked by the bridge.",
    },
    wrap: ({ check, onNotice }) => structured(noticing(check, onNotice)),
  },
  {
    concerns: ({ tools }, abilities) => tools.length > 0 && !abilities.tools,
    notice: {
      code: "tools-supplied",
      message:
        "This host's sampling does not support tools; they are described in the prompt, and calls are read from the text of the answer.",
    },
  },
  {
    // Also without tools: a model may write the markup of calls and channels unasked.
    concerns: (_, abilities) => !abilities.tools,
    wrap: ({ check, onNotice }) => supplyTools(noticing(check, onNotice)),
  },
  {
    concerns: (_, abilities) => abilities.tools,
    wrap: ({ check, onNotice }) => nativeTools(noticing(check, onNotice), onNotice),
  },
  { concerns: (_, abilities) => abilities.deltas, wrap: () => pairs },
  {
    concerns: ({ thinking }, { reasoning }) =>
      thinking !== undefined && thinking.enabled !== false && !reasoning,
    notice: {
      code: "parameters-ignored",
      message: "This host has no setting for the reasoning effort.",
    },
  },
  {
    concerns: ({ messages }, { reasoning }) =>
      !reasoning && messages.some(({ parts }) => parts.some(({ type }) => type === "reasoning")),
    notice: {
      code: "reasoning-left-out",
      message: "This host does not accept earlier reasoning; it is left out of the conversation.",
    },
  },
  {
    concerns: (request, { temperature }) => request.temperature !== undefined && temperature === "no",
    notice: { code: "temperature-ignored", message: "This host ignores the temperature." },
  },
];

/** Notices for everything in a request that a host with these abilities will not honour, or only approximately. */
export function noticesFor(request: TurnRequest, abilities: HostAbilities): Notice[] {
  return concerning(request, abilities).flatMap(({ notice }) => notice ?? []);
}

/** The polyfills that a request needs at a host with these abilities, the outermost first. */
export function polyfillsFor(request: TurnRequest, abilities: HostAbilities, services: Services): Polyfill[] {
  return concerning(request, abilities).flatMap(({ wrap }) => wrap?.(services) ?? []);
}

function concerning(request: TurnRequest, abilities: HostAbilities): Lack[] {
  return LACKS.filter(({ concerns }) => concerns(request, abilities));
}

const UNCHECKED: Notice = {
  code: "schema-unchecked",
  message: "Checking against a JSON Schema would have taken too long; the value was passed on unchecked.",
};

/** Adds a notice when a value was passed on without a check. */
function noticing(check: CheckValues, onNotice: Services["onNotice"]): CheckValues {
  return async (asked, signal) => {
    const checked = await check(asked, signal);
    if (checked.some((verdict) => verdict.problems === undefined && verdict.unchecked)) onNotice(UNCHECKED);
    return checked;
  };
}
