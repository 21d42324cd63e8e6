/**
 * A turn as a stream of `GenerateContentResponse` objects (Gemini API reference, "Generating content", `streamGenerateContent`): text
 * as it comes, each call whole, the reason at the end of each candidate, usage with the last. Keep-alives are pieces of no text: no
 * package for this API reads SSE comments, several stop at them, and only content with a part counts for all of them.
 */
import type { TurnEvent, TurnEvents, Usage } from "../../turn/event.ts";
import { nextTurn } from "../../util/next-turn.ts";
import { sseEvent } from "../../wire/sse.ts";
import type { ReplyContext } from "../dialect.ts";
import { jsonLine, jsonText } from "../json-text.ts";
import { WholeCalls } from "../whole-calls.ts";
import { encodeUsage, finishReason, functionCall, signed, thought } from "./encode.ts";
import { errorBody } from "./error.ts";

export interface GeminiStreamOptions {
  /** As it was asked for. */
  readonly model: string;
  readonly candidates: number;
  readonly thoughts: boolean;
}

/** With `alt=sse`. */
export async function* stream(
  events: TurnEvents,
  context: ReplyContext,
  options: GeminiStreamOptions,
): AsyncGenerator<string> {
  for await (const { json, isError } of responses(events, context, options)) {
    if (isError) {
      // As Google ends a stream itself: older packages look for it in what they read at once, so it comes alone.
      await nextTurn();
      yield `${json}\n\n`;
      await nextTurn();
    }
    yield sseEvent(json);
  }
}

/** Without: one JSON array, whose elements come as they are made. */
export async function* streamArray(
  events: TurnEvents,
  context: ReplyContext,
  options: GeminiStreamOptions,
): AsyncGenerator<string> {
  let before = "[";
  for await (const { json } of responses(events, context, options)) {
    yield before + json;
    before = ",\r\n";
  }
  yield "]";
}

interface Response {
  readonly json: string;
  readonly isError?: true;
}

async function* responses(
  events: TurnEvents,
  context: ReplyContext,
  options: GeminiStreamOptions,
): AsyncGenerator<Response> {
  const candidates = Array.from(
    { length: options.candidates },
    (_, index) => new CandidateWriter(index, context, options),
  );
  const unfinished = new Set(candidates);
  for await (const event of events) {
    if (event.type === "turn-error") {
      yield { json: jsonLine(errorBody(event.error)), isError: true };
      return;
    }
    // A wait of the whole turn is told in a candidate that may still get pieces.
    const [current] = unfinished;
    const candidate = event.choice === undefined ? current : candidates[event.choice];
    if (candidate === undefined) return;
    if (event.type === "turn-end") unfinished.delete(candidate);
    const json = candidate.write(event, unfinished.size === 0);
    if (json !== undefined) yield { json };
    if (unfinished.size === 0) return;
  }
}

const NO_TEXT = `{"text":""}`;

/** Writes the responses of one candidate. */
class CandidateWriter {
  readonly #index: number;
  readonly #context: ReplyContext;
  readonly #calls: WholeCalls;
  #end = "";
  #opened = false;

  constructor(index: number, context: ReplyContext, options: GeminiStreamOptions) {
    this.#index = index;
    this.#context = context;
    this.#calls = new WholeCalls(options.thoughts);
    this.#setModel(options.model);
  }

  /** The response for an event of this candidate; `undefined` for none. */
  write(event: Exclude<TurnEvent, { type: "turn-error" }>, isLast: boolean): string | undefined {
    const told = this.#calls.read(event);
    switch (told?.type) {
      case undefined:
        return undefined;
      case "turn-wait":
        return this.#response(NO_TEXT);
      case "turn-start":
        this.#setModel(told.model);
        return this.#opened ? undefined : this.#response(NO_TEXT);
      case "text-delta":
        return this.#response(this.#text(told.text));
      case "reasoning-delta":
        return this.#response(jsonLine(thought(told.text)));
      case "tool-call": {
        const called = functionCall(told.id, told.name, told.input);
        return this.#response(jsonLine({ functionCall: called, ...signed(this.#calls.takeSignatures()) }));
      }
      case "turn-end": {
        const finish = `,"finishReason":"${finishReason(told.stopReason)}"`;
        return this.#response(this.#text(""), finish, isLast ? told.usage : undefined);
      }
      default:
        return told satisfies never;
    }
  }

  /** Most texts are signed by nothing. */
  #text(text: string): string {
    const signatures = this.#calls.takeSignatures();
    return signatures.length === 0 ? `{"text":${jsonText(text)}}` : jsonLine({ text, ...signed(signatures) });
  }

  #setModel(model: string): void {
    this.#end = `,"modelVersion":${jsonText(model)},"responseId":${jsonText(this.#context.id)}}`;
  }

  #response(part: string, finish = "", usage?: Usage): string {
    this.#opened = true;
    const counts = usage === undefined ? "" : `,"usageMetadata":${jsonLine(encodeUsage(usage))}`;
    return (
      `{"candidates":[{"content":{"parts":[${part}],"role":"model"}${finish},"index":${this.#index}}]` +
      counts +
      this.#end
    );
  }
}
