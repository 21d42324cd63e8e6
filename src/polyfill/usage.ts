import type { TurnEvents, Usage } from "../turn/event.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { Polyfill } from "./polyfill.ts";
import type { TokenEstimator } from "./tokens.ts";

/** Supplies token counts that the host does not give, and marks them as estimated. */
export function usage(tokens: TokenEstimator): Polyfill {
  return (next) => (request, signal) => withUsage(next(request, signal), request, tokens);
}

async function* withUsage(events: TurnEvents, request: TurnRequest, tokens: TokenEstimator): TurnEvents {
  let written = "";
  for await (const event of events) {
    if (event.type === "text-delta" || event.type === "reasoning-delta") written += event.text;
    if (event.type === "tool-call-delta") written += event.json;
    if (event.type !== "turn-end") {
      yield event;
      continue;
    }
    const { inputTokens, outputTokens, estimated } = event.usage;
    const counted: Usage = {
      inputTokens: inputTokens ?? (await tokens.prompt(request)),
      outputTokens: outputTokens ?? (await tokens.text(written)),
      estimated: estimated || inputTokens === undefined || outputTokens === undefined,
    };
    yield { ...event, usage: counted };
  }
}
