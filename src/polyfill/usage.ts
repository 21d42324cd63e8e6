import type { TurnEvents, Usage } from "../turn/event.ts";
import type { TurnRequest } from "../turn/request.ts";
import type { Polyfill } from "./polyfill.ts";
import type { TokenEstimator } from "./tokens.ts";
import { nextTurn } from "../util/next-turn.ts";

/** Supplies the token counts that a host does not send, and marks them as estimated. */
export function usage(tokens: TokenEstimator): Polyfill {
  return (next) => (request, signal) => withUsage(next(request, signal), request, tokens);
}

async function* withUsage(events: TurnEvents, request: TurnRequest, tokens: TokenEstimator): TurnEvents {
  // The loop below sends the request at once; the prompt is counted after that, while the host works.
  const prompt = orUnknown(nextTurn().then(() => tokens.prompt(request)));
  const written: string[] = [];
  for await (const event of events) {
    if (event.type === "text-delta" || event.type === "reasoning-delta") written.push(event.text);
    if (event.type === "tool-call-delta") written.push(event.json);
    if (event.type !== "turn-end") {
      yield event;
      continue;
    }
    const given = credible(event.usage);
    const inputTokens = given.inputTokens ?? (await prompt);
    const outputTokens = given.outputTokens ?? (await orUnknown(tokens.text(written.join(""))));
    yield { ...event, usage: completed(given, inputTokens, outputTokens) };
  }
}

/** A figure that cannot be a token count is treated as unknown. */
function credible({ inputTokens, cachedTokens, outputTokens, estimated }: Usage): Usage {
  // The cached part of the prompt cannot be more than the whole.
  const isPart = isCount(cachedTokens) && isCount(inputTokens) && cachedTokens <= inputTokens;
  return {
    ...(isCount(inputTokens) && { inputTokens }),
    ...(isPart && { cachedTokens }),
    ...(isCount(outputTokens) && { outputTokens }),
    estimated,
  };
}

function isCount(figure: number | undefined): figure is number {
  return Number.isSafeInteger(figure) && (figure ?? -1) >= 0;
}

/** A failed count must not fail the answer: its figures stay unknown. */
function orUnknown(count: Promise<number>): Promise<number | undefined> {
  return count.catch(() => undefined);
}

function completed(given: Usage, inputTokens: number | undefined, outputTokens: number | undefined): Usage {
  const supplied = given.inputTokens === undefined || given.outputTokens === undefined;
  return {
    ...given,
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    estimated: given.estimated || supplied,
  };
}
