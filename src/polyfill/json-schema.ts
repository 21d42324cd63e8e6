/**
 * Structured output for hosts that cannot enforce it: the prompt asks for the format, the JSON is taken out of the
 * answer and checked, and a fault is sent back to the model once. The client gets JSON that fits, or an error.
 */
import { BridgeError } from "../turn/error.ts";
import type { TurnEvent, TurnEvents } from "../turn/event.ts";
import { textOf } from "../turn/message.ts";
import type { ResponseFormat, TurnRequest } from "../turn/request.ts";
import type { Polyfill, Run } from "./polyfill.ts";
import { askAgain } from "./retry.ts";
import type { CheckValues } from "./schema-checker/checker.ts";
import { parseLenient, type Lenient } from "./tools/lenient-json.ts";
import { thinkingEnd } from "./tools/region.ts";

type JsonFormat = Extract<ResponseFormat, { type: "json" }>;

export function structured(check: CheckValues): Polyfill {
  return (next) => (request, signal) => {
    const { responseFormat } = request;
    return responseFormat.type === "json"
      ? run(next, ask(request, responseFormat), signal, { format: responseFormat, check })
      : next(request, signal);
  };
}

interface Target {
  readonly format: JsonFormat;
  readonly check: CheckValues;
}

function ask(request: TurnRequest, { schema }: JsonFormat): TurnRequest {
  const form =
    schema === undefined
      ? "It must be one JSON object."
      : `It must be one JSON value that fits this JSON Schema:\n${JSON.stringify(schema)}`;
  const text = `Write your answer to the user as JSON and nothing else: no text before or after it, no code block. ${form}`;
  return {
    ...request,
    responseFormat: { type: "text" },
    system: [...request.system, { type: "text", text }],
  };
}

/** The answer is held back until it is complete: a stream must not begin with text that turns out not to fit. */
async function* run(next: Run, request: TurnRequest, signal: AbortSignal, target: Target): TurnEvents {
  const held: TurnEvent[] = [];
  let text = "";
  let calls = false;
  for await (const event of next(request, signal)) {
    if (event.type === "turn-wait" || event.type === "turn-start" || event.type === "turn-error") {
      yield event;
      continue;
    }
    held.push(event);
    if (event.type === "text-delta") text += event.text;
    calls ||= event.type === "tool-call-start";
    if (event.type !== "turn-end") continue;
    // An answer that calls tools is not the final one; one that was cut cannot fit, and its stop reason says so.
    if (calls || event.stopReason.unified === "max-tokens" || event.stopReason.unified === "refusal") {
      yield* held;
      return;
    }
    const outcome = await extract(text, target, signal);
    if (outcome.problem === undefined) {
      yield* written(outcome.json);
      yield event;
      return;
    }
    const correction = `Your last answer cannot be used: ${outcome.problem}. Write the corrected JSON now, and nothing else.`;
    const rejected = { request, text, correction, usage: event.usage };
    const { parts, stopReason, usage } = yield* askAgain(next, rejected, signal);
    const corrected = await extract(textOf(parts), target, signal);
    if (corrected.problem !== undefined) {
      throw new BridgeError(
        "host_failed",
        `The model's answer does not have the required format, even after one correction: ${corrected.problem}.`,
      );
    }
    yield* written(corrected.json);
    yield { ...event, stopReason, usage };
    return;
  }
}

function* written(json: string): Generator<TurnEvent> {
  yield { type: "text-start", id: "json" };
  yield { type: "text-delta", id: "json", text: json };
  yield { type: "text-end", id: "json" };
}

type Outcome = { readonly json: string; readonly problem?: undefined } | { readonly problem: string };

/** At most so many brackets are tried as the beginning of the JSON. */
const ATTEMPTS = 20;

/** The whole answer, or the first object or list in it: the text before it may have brackets too. */
function findJson(text: string): Lenient | undefined {
  const body = text
    .trim()
    .replace(/^```[\w-]*\s*\n?/, "")
    .replace(/\n?```$/, "")
    .trim();
  const whole = parseLenient(body);
  if (whole?.complete === true && body.slice(whole.end).trim() === "") return whole;
  let tries = 0;
  for (const { index } of body.matchAll(/[[{]/g)) {
    const parsed = parseLenient(body, index);
    if (parsed !== undefined) return parsed;
    tries += 1;
    if (tries === ATTEMPTS) break;
  }
  return whole;
}

/** The JSON in an answer, as the model wrote it where that is valid. */
async function extract(text: string, { format, check }: Target, signal: AbortSignal): Promise<Outcome> {
  const parsed = findJson(text.slice(thinkingEnd(text) ?? 0));
  if (parsed === undefined || !parsed.complete) return { problem: "it is not valid JSON" };
  const { value } = parsed;
  if (format.schema === undefined) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? { json: JSON.stringify(value) } : { problem: "it is not a JSON object" };
  }
  const [checked] = await check([{ schema: format.schema, value }], signal);
  return checked?.problems === undefined
    ? { json: JSON.stringify(checked === undefined ? value : checked.value) }
    : { problem: checked.problems };
}
