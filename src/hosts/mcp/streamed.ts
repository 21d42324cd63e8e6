import { isDeepStrictEqual } from "node:util";
import { BridgeError } from "../../turn/error.ts";
import type { TurnEvent, TurnEvents } from "../../turn/event.ts";
import { parseObject } from "../../turn/json-object.ts";
import type { Deltas } from "./deltas.ts";
import type { SamplingAnswer } from "./sampling-result.ts";
import type { Delta } from "./sampling-stream.ts";

/** The streamed part of a call. */
interface StreamedCall {
  readonly callId: string;
  readonly name: string;
  json: string;
}

interface Block {
  readonly type: "text" | "reasoning" | "tool-call";
  readonly id: string;
}

/**
 * The part of an answer that was already sent to the client. It cannot be taken back: a result that contradicts it
 * ends the turn with an error, so that no client acts on a call that the model did not make.
 */
export class Streamed {
  #text = "";
  readonly #calls: StreamedCall[] = [];
  #open: Block | undefined;
  #blocks = 0;

  /** @throws BridgeError `host_failed` for a delta of a call that is not open. */
  *take(delta: Delta): Generator<TurnEvent> {
    switch (delta.type) {
      case "start":
      case "error":
        return;
      case "text":
        this.#text += delta.text;
        yield { type: "text-delta", id: yield* this.#inBlock("text"), text: delta.text };
        return;
      case "reasoning": {
        const id = yield* this.#inBlock("reasoning");
        if (delta.text !== "") yield { type: "reasoning-delta", id, text: delta.text };
        if (delta.signature !== undefined) yield* this.#close(delta.signature);
        return;
      }
      case "tool-call-start":
        yield* this.#startCall(delta.id, delta.name);
        return;
      case "tool-call-delta":
        yield* this.#write(this.#openCall(delta.id), delta.json);
        return;
      case "tool-call-end":
        this.#openCall(delta.id);
        yield* this.#close();
        return;
      default:
        delta satisfies never;
    }
  }

  /**
   * The rest of the answer after its deltas.
   *
   * @throws BridgeError `host_failed` when it differs from the deltas.
   */
  *complete(answer: SamplingAnswer): Generator<TurnEvent> {
    // The reasoning of an answer without deltas.
    if (this.#blocks === 0) {
      for (const signature of answer.signatures) yield* this.take({ type: "reasoning", text: "", signature });
    }
    const rest = this.#restOf(answer.text);
    const unfinished = this.#open?.type === "tool-call" ? this.#calls.at(-1) : undefined;
    for (const [index, call] of this.#calls.entries()) {
      const whole = answer.calls[index];
      // The token limit may end an answer inside a call; the result cannot contain such a call.
      const cut = whole === undefined && answer.stopReason.unified === "max-tokens";
      if (cut && call === unfinished) continue;
      if (whole?.id !== call.callId || whole.name !== call.name) throw contradiction("its calls differ");
      if (sameInput(call.json, whole.input)) continue;
      if (call !== unfinished || !whole.input.startsWith(call.json)) throw contradiction("its calls differ");
      yield* this.#write(call, whole.input.slice(call.json.length));
    }
    if (unfinished !== undefined) yield* this.#close();
    if (rest !== "") yield { type: "text-delta", id: yield* this.#inBlock("text"), text: rest };
    for (const { id, name, input } of answer.calls.slice(this.#calls.length)) {
      yield* this.#write(yield* this.#startCall(id, name), input);
      yield* this.#close();
    }
    yield* this.#close();
  }

  #restOf(text: string): string {
    if (text.startsWith(this.#text)) return text.slice(this.#text.length);
    // Hosts may trim the result.
    if (text.trim() === this.#text.trim()) return "";
    throw contradiction("its text differs");
  }

  *#inBlock(type: "text" | "reasoning"): Generator<TurnEvent, string> {
    if (this.#open?.type === type) return this.#open.id;
    const { id } = yield* this.#begin(type);
    yield { type: `${type}-start`, id };
    return id;
  }

  *#startCall(callId: string, name: string): Generator<TurnEvent, StreamedCall> {
    const { id } = yield* this.#begin("tool-call");
    const call = { callId, name, json: "" };
    this.#calls.push(call);
    yield { type: "tool-call-start", id, callId, name };
    return call;
  }

  /** The call with this id, if it is the one that is open. */
  #openCall(callId: string): StreamedCall {
    const call = this.#open?.type === "tool-call" ? this.#calls.at(-1) : undefined;
    if (call?.callId !== callId) throw contradiction("a delta is for a call that is not open");
    return call;
  }

  *#write(call: StreamedCall, json: string): Generator<TurnEvent> {
    if (this.#open === undefined || json === "") return;
    call.json += json;
    yield { type: "tool-call-delta", id: this.#open.id, json };
  }

  *#begin(type: Block["type"]): Generator<TurnEvent, Block> {
    yield* this.#close();
    this.#blocks += 1;
    this.#open = { type, id: `${type}-${this.#blocks}` };
    return this.#open;
  }

  *#close(signature?: string): Generator<TurnEvent> {
    if (this.#open === undefined) return;
    const { type, id } = this.#open;
    const call = type === "tool-call" ? this.#calls.at(-1) : undefined;
    if (call?.json === "") yield* this.#write(call, "{}");
    this.#open = undefined;
    yield { type: `${type}-end`, id, ...(signature !== undefined && { signature }) };
  }
}

function sameInput(streamed: string, whole: string): boolean {
  if (streamed === whole) return true;
  try {
    const input = parseObject(streamed);
    return input !== undefined && isDeepStrictEqual(input, parseObject(whole));
  } catch {
    // It nests too deep to be compared.
    return false;
  }
}

function contradiction(what: string): BridgeError {
  return new BridgeError("host_failed", `The MCP host's answer differs from what it streamed: ${what}.`);
}

/**
 * The events of one answer: its deltas as they arrive, if the host sends any, and the rest of the result. `model` is
 * used until the host names its own.
 *
 * @throws BridgeError `host_failed` when the result contradicts the deltas; the error of `answer`.
 */
export async function* answerEvents(
  answer: Promise<SamplingAnswer>,
  deltas: Deltas,
  model: string,
): TurnEvents {
  const streamed = new Streamed();
  let started = false;
  for await (const delta of deltas) {
    if (!started) yield { type: "turn-start", model: delta.type === "start" ? delta.model : model };
    started = true;
    yield* streamed.take(delta);
  }
  const whole = await answer;
  if (!started) yield { type: "turn-start", model: whole.model ?? model };
  yield* streamed.complete(whole);
  yield { type: "turn-end", stopReason: whole.stopReason, usage: whole.usage };
}
