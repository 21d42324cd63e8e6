/** What servers that speak Anthropic's messages are known to refuse. */
import { without, type Adaptation } from "./adapt.ts";
import type { Body } from "./upstream.ts";

const LEAST_BUDGET = 1024;
/** Where the client gave an effort and the model wants a budget. */
const USUAL_BUDGET = 8192;

/** A budget in the vendor's bounds; `undefined` when the answer has no room for one. */
export function budgetWithin(budget: number, maxTokens: number): number | undefined {
  const most = maxTokens - 1;
  return most < LEAST_BUDGET ? undefined : Math.min(Math.max(Math.trunc(budget), LEAST_BUDGET), most);
}

const REFUSES =
  "not support|unsupported|unknown|extra inputs|not permitted|deprecated|invalid|does not|instead|cannot";

function refusing(field: string): RegExp {
  // Bound: the characters looked at.
  return new RegExp(`(?:${field})[^]*(?:${REFUSES})|(?:${REFUSES})[^]*(?:${field})`, "i");
}

export const anthropicAdaptations: readonly Adaptation[] = [
  {
    // A history whose thinking is not known: the model cannot think in this turn.
    name: "thinking-off",
    refusal:
      // Bound: the characters looked at.
      /expected .{0,4}(?:thinking|redacted_thinking)|must start with a thinking block|thinking.{0,40}must be passed back|invalid .{0,3}signature|thinking.{0,60}cannot be modified/i,
    change: withoutThinking,
    lasting: false,
  },
  {
    name: "thinking-budget",
    refusal: refusing("adaptive"),
    change(body) {
      if (typeOf(body) !== "adaptive") return undefined;
      const budget = budgetWithin(USUAL_BUDGET, Number(body["max_tokens"]));
      const rest = { ...body, thinking: undefined };
      return budget === undefined ? rest : { ...rest, thinking: { type: "enabled", budget_tokens: budget } };
    },
    lasting: true,
  },
  {
    name: "thinking-adaptive",
    refusal: refusing("thinking\\.type|enabled|budget"),
    change: (body) => (typeOf(body) === "enabled" ? { ...body, thinking: { type: "adaptive" } } : undefined),
    lasting: true,
  },
  {
    name: "effort",
    refusal: refusing("output_config|effort"),
    change: without("output_config"),
    lasting: true,
  },
  { name: "thinking", refusal: refusing("thinking"), change: without("thinking"), lasting: true },
  { name: "temperature", refusal: refusing("temperature"), change: without("temperature"), lasting: true },
  {
    name: "stop_sequences",
    refusal: refusing("stop_sequences|stop sequence"),
    change: without("stop_sequences"),
    lasting: true,
  },
  { name: "tool_choice", refusal: refusing("tool_choice"), change: without("tool_choice"), lasting: true },
];

function typeOf({ thinking }: Body): unknown {
  return (thinking as { readonly type?: unknown } | undefined)?.type;
}

function withoutThinking(body: Body): Body | undefined {
  if (typeOf(body) === "disabled") return undefined;
  const messages = (body["messages"] as readonly { readonly content: readonly Body[] }[]).map((message) => ({
    ...message,
    content: message.content.filter(({ type }) => type !== "thinking" && type !== "redacted_thinking"),
  }));
  return { ...body, messages, thinking: { type: "disabled" } };
}
