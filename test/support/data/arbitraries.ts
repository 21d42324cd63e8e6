import * as fc from "fast-check";
import { BridgeError } from "../../../src/turn/error.ts";
import { ERROR_KINDS, type ErrorCode } from "../../../src/turn/error-kinds.ts";
import type { StopReason, TurnEvent, Usage } from "../../../src/turn/event.ts";

/** Text as models write it: words, punctuation, line breaks, Chinese, joined emoji, combining marks. */
export const prose: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.string({ unit: "grapheme", maxLength: 8 }) },
      { weight: 2, arbitrary: fc.constantFrom(" ", "\n", "\r\n", ". ", ", ", "```ts\n", "data: x\n\n") },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          "你好，世界。",
          "日本語のテキスト",
          "👩‍👩‍👧‍👦",
          "🇩🇪",
          "e\u0301",
          "नमस्ते",
          "\u2028",
          "\0",
        ),
      },
    ),
    { maxLength: 8 },
  )
  .map((pieces) => pieces.join(""));

/** Text with anything in it that a JavaScript string can hold, unpaired surrogates too. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  prose,
  fc
    .array(fc.oneof(prose, fc.constantFrom("\uD83D", "\uDC69", "\u200D", "\uFE0F", "\uFEFF", "\u0000")), {
      maxLength: 6,
    })
    .map((pieces) => pieces.join("")),
);

export interface TurnShape {
  /** Whether `turn-wait` events may come in between. Default: true. */
  readonly waits?: boolean;
  /** Default: true. */
  readonly reasoning?: boolean;
  /** Default: true. */
  readonly toolCalls?: boolean;
  /** Whether pieces and blocks may be empty. Default: true. */
  readonly empty?: boolean;
  /** Most blocks in a turn. Default: 4. */
  readonly blocks?: number;
}

/** The events of a turn that ends well, legal by `turn/grammar`. */
export function turnEvents(shape: TurnShape = {}): fc.Arbitrary<TurnEvent[]> {
  return fc
    .record({
      waits: fc.array(shape.waits === false ? noWaits : waits, { minLength: 40, maxLength: 40 }),
      start: fc.record({ type: fc.constant("turn-start" as const), model: modelName }),
      blocks: fc.array(block(shape), { maxLength: shape.blocks ?? 4 }),
      end: fc.record({ type: fc.constant("turn-end" as const), stopReason, usage }),
    })
    .map(({ waits: silence, start, blocks, end }) => {
      const named = blocks.flatMap((make, index) => make(`block-${index}`));
      const events: TurnEvent[] = [start, ...named, withFittingReason(end, named)];
      return events.flatMap((event, index) => [...(silence[index % silence.length] ?? []), event]);
    });
}

/** The events of a turn that fails, at any point of a legal one. */
export function failingTurnEvents(shape: TurnShape = {}): fc.Arbitrary<TurnEvent[]> {
  return fc
    .record({ events: turnEvents(shape), at: fc.nat(), error: bridgeError })
    .map(({ events, at, error }) => [
      ...events.slice(0, at % events.length),
      { type: "turn-error" as const, error },
    ]);
}

const codes = Object.keys(ERROR_KINDS) as ErrorCode[];

export const bridgeError: fc.Arbitrary<BridgeError> = fc
  .record({ code: fc.constantFrom(...codes), message: prose })
  .map(({ code, message }) => new BridgeError(code, message));

const noWaits: fc.Arbitrary<TurnEvent[]> = fc.constant([]);

const modelName = fc.constantFrom("copilot/auto", "gpt-5", "claude-sonnet-4-5-20250929", "模型", "m");

export const usage: fc.Arbitrary<Usage> = fc
  .record({
    inputTokens: fc.option(fc.nat(200_000), { nil: undefined }),
    outputTokens: fc.option(fc.nat(20_000), { nil: undefined }),
    estimated: fc.boolean(),
  })
  .map(({ inputTokens, outputTokens, estimated }) => ({
    ...(inputTokens !== undefined && { inputTokens }),
    ...(outputTokens !== undefined && { outputTokens }),
    estimated,
  }));

const stopReason: fc.Arbitrary<StopReason> = fc.constantFrom<StopReason>(
  { unified: "end" },
  { unified: "end", raw: "endTurn" },
  { unified: "max-tokens", raw: "maxTokens" },
  { unified: "stop-sequence", sequence: "END" },
  { unified: "refusal" },
);

const waits: fc.Arbitrary<TurnEvent[]> = fc.array(
  fc
    .record({
      reason: fc.constantFrom("slot" as const, "consent" as const, "host" as const),
      elapsedMs: fc.nat(600_000),
      message: fc.option(fc.constantFrom("waiting for the host", "two\nlines"), { nil: undefined }),
    })
    .map(({ reason, elapsedMs, message }) => ({
      type: "turn-wait" as const,
      reason,
      elapsedMs,
      ...(message !== undefined && { message }),
    })),
  { maxLength: 1 },
);

type Block = (id: string) => TurnEvent[];

function block(shape: TurnShape): fc.Arbitrary<Block> {
  const kinds: fc.Arbitrary<Block>[] = [textBlock(shape)];
  if (shape.reasoning !== false) kinds.push(reasoningBlock(shape));
  if (shape.toolCalls !== false) kinds.push(toolCallBlock);
  return fc.oneof(...kinds);
}

function texts(shape: TurnShape): fc.Arbitrary<string[]> {
  if (shape.empty !== false) return fc.array(prose, { maxLength: 5 });
  return fc.array(
    prose.filter((text) => text !== ""),
    { minLength: 1, maxLength: 5 },
  );
}

function textBlock(shape: TurnShape): fc.Arbitrary<Block> {
  return texts(shape).map((pieces) => (id) => [
    { type: "text-start", id },
    ...pieces.map((text) => ({ type: "text-delta" as const, id, text })),
    { type: "text-end", id },
  ]);
}

function reasoningBlock(shape: TurnShape): fc.Arbitrary<Block> {
  const signature = fc.option(fc.base64String({ minLength: 4, maxLength: 16 }), { nil: undefined });
  return fc.tuple(texts(shape), signature).map(([pieces, signed]) => (id) => [
    { type: "reasoning-start", id },
    ...pieces.map((text) => ({ type: "reasoning-delta" as const, id, text })),
    { type: "reasoning-end", id, ...(signed !== undefined && { signature: signed }) },
  ]);
}

const toolCallBlock: fc.Arbitrary<Block> = fc
  .record({
    callId: fc.stringMatching(/^call_[a-z0-9]{12}$/),
    name: fc.constantFrom("get_weather", "Read", "mcp__files__search"),
    input: fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
    cuts: fc.array(fc.nat(), { maxLength: 4 }),
  })
  .map(({ callId, name, input, cuts }) => (id) => [
    { type: "tool-call-start", id, callId: `${callId}${id}`, name },
    ...cutAt(JSON.stringify(input), cuts).map((json) => ({ type: "tool-call-delta" as const, id, json })),
    { type: "tool-call-end", id },
  ]);

/** Cuts a text at arbitrary places, between surrogates never. */
export function cutAt(text: string, places: readonly number[]): string[] {
  const points = Array.from(text);
  const cuts = places.map((place) => place % (points.length + 1)).sort((a, b) => a - b);
  return [0, ...cuts].map((cut, index) => points.slice(cut, cuts[index] ?? points.length).join(""));
}

function withFittingReason(
  end: Extract<TurnEvent, { type: "turn-end" }>,
  events: readonly TurnEvent[],
): TurnEvent {
  const calls = events.some((event) => event.type === "tool-call-start");
  return calls ? { ...end, stopReason: { unified: "tool-calls" } } : end;
}
