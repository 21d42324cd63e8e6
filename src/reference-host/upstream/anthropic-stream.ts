import { randomBytes } from "node:crypto";
import * as z from "zod";
import { brokenOff, saidIn } from "./failure.ts";
import { parseEvent, UpstreamError, type AnswerReader, type Ending, type Piece } from "./upstream.ts";

const count = z.number().nullish().catch(undefined);
const text = z.string().nullish();
const usage = z
  .looseObject({
    input_tokens: count,
    cache_creation_input_tokens: count,
    cache_read_input_tokens: count,
    output_tokens: count,
  })
  .nullish()
  .catch(undefined);
const json = z.record(z.string(), z.unknown());
const block = z.looseObject({
  type: z.string(),
  id: text,
  name: text,
  text,
  thinking: text,
  signature: text,
  input: json.nullish(),
});

/** The members of all kinds of events together; which are there depends on `type`. */
const event = z.looseObject({
  type: z.string(),
  message: z.looseObject({ model: text, usage }).nullish().catch(undefined),
  content_block: block.nullish(),
  delta: z
    .looseObject({ text, thinking: text, signature: text, partial_json: text, stop_reason: text })
    .nullish(),
  usage,
  /** Of a message that came whole. */
  model: text,
  content: z.array(block).nullish().catch(undefined),
  stop_reason: text,
});

type Event = z.infer<typeof event>;
type Block = z.infer<typeof block>;

const STOP_REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    end_turn: "endTurn",
    pause_turn: "endTurn",
    max_tokens: "maxTokens",
    model_context_window_exceeded: "maxTokens",
    stop_sequence: "stopSequence",
    tool_use: "toolUse",
  }),
);

/** Reads the events of one streamed message. */
export function anthropicReader(taken: ReadonlySet<string>): AnswerReader {
  return new AnthropicReader(taken);
}

class AnthropicReader implements AnswerReader {
  done = false;
  readonly #ids: Set<string>;
  #stop: string | undefined;
  #inputTokens: number | undefined;
  #outputTokens: number | undefined;
  #calls = 0;
  #call: string | undefined;
  /** Whether pieces of the open call's input came. */
  #written = false;
  /** The input that came with the start of a call. */
  #input: string | undefined;
  /** A call ends when what follows it shows that it was not cut by the token limit. */
  #closing: string | undefined;
  /** The thinking that is open, as it goes back. */
  #thinking: { readonly block: Block; readonly texts: string[]; readonly signatures: string[] } | undefined;

  constructor(taken: ReadonlySet<string>) {
    this.#ids = new Set(taken);
  }

  read(data: string): Piece[] {
    if (this.done) return [];
    const value = parseEvent(data);
    const { type, error } = (value ?? {}) as { readonly type?: unknown; readonly error?: unknown };
    if (type === "error" || (error !== undefined && error !== null)) {
      throw brokenOff(saidIn(error ?? value) ?? { message: "", kind: "", param: "" });
    }
    const parsed = event.safeParse(value);
    if (!parsed.success) throw new UpstreamError("The upstream sent an event of an unknown form.");
    return [...this.#pieces(parsed.data)];
  }

  rest(): Piece[] {
    return [...this.#endThinking()];
  }

  ending(): Ending | undefined {
    if (!this.done) return undefined;
    const stop = this.#stop ?? "end_turn";
    const reason = STOP_REASONS.get(stop) ?? stop;
    const stopReason =
      reason === "toolUse" && this.#calls === 0
        ? "endTurn"
        : reason === "endTurn" && this.#calls > 0
          ? "toolUse"
          : reason;
    return { stopReason, inputTokens: this.#inputTokens, outputTokens: this.#outputTokens };
  }

  *#pieces({ type, message, content_block: opened, delta, usage: given, ...whole }: Event): Generator<Piece> {
    switch (type) {
      case "message_start":
        this.#count(message?.usage);
        if (typeof message?.model === "string") yield { type: "start", model: message.model };
        return;
      case "content_block_start":
        if (opened !== null && opened !== undefined) yield* this.#open(opened);
        return;
      case "content_block_delta":
        if (delta !== null && delta !== undefined) yield* this.#write(delta);
        return;
      case "content_block_stop":
        yield* this.#endThinking();
        yield* this.#endInput();
        this.#closing = this.#call ?? this.#closing;
        this.#call = undefined;
        return;
      case "message_delta":
        this.#count(given);
        this.#stop = delta?.stop_reason ?? this.#stop;
        if (this.#stop !== "max_tokens") yield* this.#endCall();
        return;
      case "message_stop":
        yield* this.#endThinking();
        if (this.#stop !== "max_tokens") yield* this.#endCall();
        this.done = true;
        return;
      case "message":
        yield* this.#readWhole({ ...whole, usage: given });
        return;
      default:
    }
  }

  /** A server that does not stream sends the message itself. */
  *#readWhole({ model, content = [], stop_reason: stop, usage: given }: Partial<Event>): Generator<Piece> {
    if (typeof model === "string") yield { type: "start", model };
    this.#count(given);
    for (const each of content ?? []) {
      yield* this.#open(each);
      yield* this.#endThinking();
      yield* this.#endInput();
      this.#closing = this.#call ?? this.#closing;
      this.#call = undefined;
    }
    this.#stop = stop ?? undefined;
    yield* this.#endCall();
    this.done = true;
  }

  #count(given: Event["usage"]): void {
    const parts = [given?.input_tokens, given?.cache_creation_input_tokens, given?.cache_read_input_tokens];
    const input = parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
    // The last event of some servers counts nothing where the first has counted.
    if (typeof given?.input_tokens === "number" && input > 0) this.#inputTokens = input;
    this.#outputTokens = given?.output_tokens ?? this.#outputTokens;
  }

  *#open(opened: Block): Generator<Piece> {
    yield* this.#endThinking();
    yield* this.#endCall();
    switch (opened.type) {
      case "text":
        if (typeof opened.text === "string" && opened.text !== "") yield { type: "text", text: opened.text };
        return;
      case "thinking":
        this.#thinking = { block: opened, texts: [], signatures: [] };
        yield* this.#write({ thinking: opened.thinking, signature: opened.signature });
        return;
      case "redacted_thinking":
        yield { type: "keep", kept: { type: "block", block: opened } };
        return;
      case "tool_use":
        yield* this.#openCall(opened);
        return;
      default:
    }
  }

  *#openCall({ id, name, input }: Block): Generator<Piece> {
    if (typeof name !== "string" || name === "") {
      throw new UpstreamError("The upstream sent a tool call without a name.");
    }
    const given = id ?? "";
    const own = given === "" || this.#ids.has(given) ? `toolu_${randomBytes(12).toString("hex")}` : given;
    this.#ids.add(own);
    this.#calls += 1;
    this.#call = own;
    this.#written = false;
    this.#input = Object.keys(input ?? {}).length > 0 ? JSON.stringify(input) : undefined;
    yield { type: "tool-call-start", id: own, name };
  }

  *#write(delta: NonNullable<Event["delta"]>): Generator<Piece> {
    if (typeof delta.text === "string" && delta.text !== "") yield { type: "text", text: delta.text };
    if (typeof delta.thinking === "string" && delta.thinking !== "") {
      this.#thinking?.texts.push(delta.thinking);
      yield { type: "reasoning", text: delta.thinking };
    }
    if (typeof delta.signature === "string") this.#thinking?.signatures.push(delta.signature);
    if (typeof delta.partial_json === "string" && this.#call !== undefined) {
      this.#written ||= delta.partial_json !== "";
      yield { type: "tool-call-delta", id: this.#call, json: delta.partial_json };
    }
  }

  *#endThinking(): Generator<Piece> {
    if (this.#thinking === undefined) return;
    const { block: opened, texts, signatures } = this.#thinking;
    this.#thinking = undefined;
    const signed = signatures.length > 0 && { signature: signatures.join("") };
    yield {
      type: "keep",
      kept: { type: "block", block: { ...opened, thinking: texts.join(""), ...signed } },
    };
  }

  *#endInput(): Generator<Piece> {
    if (this.#call !== undefined && !this.#written && this.#input !== undefined) {
      yield { type: "tool-call-delta", id: this.#call, json: this.#input };
    }
    this.#input = undefined;
  }

  *#endCall(): Generator<Piece> {
    if (this.#closing !== undefined) yield { type: "tool-call-end", id: this.#closing };
    this.#closing = undefined;
  }
}
