/** From the parts of an answer, as the editor's language model API tells them, to our events. */
import * as vscode from "vscode";
import * as z from "zod";
import type { TurnEvent, TurnEvents } from "../../src/index.ts";
import { newerApi, type DataPart, type ThinkingPart } from "./newer-api.ts";
import { packThought, type ThoughtOrigin } from "./thought-signature.ts";

/** The media type under which Copilot's models tell what an answer has cost. */
const USAGE_TYPE = "usage";
const LONGEST_USAGE = 65_536;

const count = z.int().nonnegative().optional().catch(undefined);
const told = z.object({
  prompt_tokens: count,
  completion_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: count }).optional().catch(undefined),
});

type TurnStart = Extract<TurnEvent, { type: "turn-start" }>;

interface Block {
  readonly kind: "text" | "reasoning";
  readonly id: string;
}

/**
 * The answer begins with its first part, so that a failure before that can still be the status of the reply. Parts of unknown kinds
 * are passed over.
 */
export async function* decodeAnswer(
  parts: AsyncIterable<unknown>,
  { model, notices }: Pick<TurnStart, "model" | "notices">,
): TurnEvents {
  const start: TurnStart = { type: "turn-start", model, ...(notices !== undefined && { notices }) };
  const answer = new Answer();
  let started = false;
  for await (const part of parts) {
    if (!started) yield start;
    started = true;
    yield* answer.take(part);
  }
  if (!started) yield start;
  yield* answer.end();
}

class Answer {
  #blocks = 0;
  #calls = 0;
  #open: Block | undefined;
  #thought: ThoughtOrigin = {};
  #usage: z.output<typeof told> | undefined;

  *take(part: unknown): Generator<TurnEvent> {
    const { LanguageModelThinkingPart: Thinking, LanguageModelDataPart: Data } = newerApi();
    if (part instanceof vscode.LanguageModelTextPart) yield* this.#write("text", part.value);
    else if (Thinking !== undefined && part instanceof Thinking) yield* this.#think(part);
    else if (part instanceof vscode.LanguageModelToolCallPart) yield* this.#call(part);
    else if (Data !== undefined && part instanceof Data) this.#read(part);
  }

  *end(): Generator<TurnEvent> {
    yield* this.#close();
    const { prompt_tokens: input, completion_tokens: output, prompt_tokens_details } = this.#usage ?? {};
    const cached = prompt_tokens_details?.cached_tokens;
    yield {
      type: "turn-end",
      stopReason: { unified: this.#calls > 0 ? "tool-calls" : "end" },
      usage: {
        ...(input !== undefined && { inputTokens: input }),
        ...(cached !== undefined && { cachedTokens: cached }),
        ...(output !== undefined && { outputTokens: output }),
        estimated: false,
      },
    };
  }

  *#write(kind: Block["kind"], text: string): Generator<TurnEvent> {
    if (text === "") return;
    if (this.#open?.kind !== kind) {
      yield* this.#close();
      this.#open = { kind, id: this.#nextId() };
      yield { type: `${kind}-start`, id: this.#open.id };
    }
    yield { type: `${kind}-delta`, id: this.#open.id, text };
  }

  *#think({ value, id, metadata }: ThinkingPart): Generator<TurnEvent> {
    // Without text it may still be what the provider wants back.
    yield* this.#write("reasoning", typeof value === "string" ? value : value.join(""));
    if (id !== undefined) this.#thought = { ...this.#thought, id };
    if (metadata !== undefined)
      this.#thought = { ...this.#thought, metadata: { ...this.#thought.metadata, ...metadata } };
  }

  *#call({ callId, name, input }: vscode.LanguageModelToolCallPart): Generator<TurnEvent> {
    yield* this.#close();
    this.#calls += 1;
    const id = this.#nextId();
    yield { type: "tool-call-start", id, callId, name };
    yield { type: "tool-call-delta", id, json: JSON.stringify(input ?? {}) };
    yield { type: "tool-call-end", id };
  }

  *#close(): Generator<TurnEvent> {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    if (open.kind === "text") {
      yield { type: "text-end", id: open.id };
      return;
    }
    yield { type: "reasoning-end", id: open.id, signature: packThought(this.#thought) };
    this.#thought = {};
  }

  #read({ mimeType, data }: DataPart): void {
    if (mimeType !== USAGE_TYPE || data.byteLength > LONGEST_USAGE) return;
    try {
      const { data: usage } = told.safeParse(JSON.parse(Buffer.from(data).toString("utf8")));
      this.#usage = usage ?? this.#usage;
    } catch {
      // Another provider's idea of it.
    }
  }

  #nextId(): string {
    this.#blocks += 1;
    return `block-${this.#blocks}`;
  }
}
