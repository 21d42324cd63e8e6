/** Answers whole, and the pieces of which streams are made (Ollama API reference, `ChatResponse` and `GenerateResponse`). */
import type { Answer, Turn } from "../../turn/collect.ts";
import type { StopReason, Usage } from "../../turn/event.ts";
import { textOf } from "../../turn/message.ts";
import { argumentsObject } from "../call-arguments.ts";
import type { ReplyContext } from "../dialect.ts";
import { extraContent } from "../extra-content.ts";

/** Which of the two places was asked; they differ in where the text of an answer stands. */
export type Form = "chat" | "generate";

export interface Told {
  readonly form: Form;
  readonly thoughts: boolean;
  /** In place of why the answer has ended. */
  readonly only: "load" | "unload" | undefined;
}

/** What a response brings of an answer. */
export interface Piece {
  readonly text?: string;
  readonly thinking?: string;
  readonly calls?: readonly object[];
}

export function encode(turn: Turn, context: ReplyContext, told: Told): unknown {
  const reasoning = turn.parts.map((part) => (part.type === "reasoning" ? part.text : "")).join("");
  const piece: Piece = {
    text: textOf(turn.parts),
    ...(told.thoughts && { thinking: reasoning }),
    calls: encodeCalls(turn.parts),
  };
  return {
    ...head(turn.model, context),
    ...pieceOf(told.form, piece),
    ...ending(turn, context, told),
  };
}

/** With what each response begins. */
export function head(model: string, { now, created }: ReplyContext): object {
  return { model, created_at: new Date((now?.() ?? created) * 1000).toISOString() };
}

export function pieceOf(form: Form, { text = "", thinking = "", calls = [] }: Piece): object {
  const beside = {
    ...(thinking !== "" && { thinking }),
    ...(calls.length > 0 && { tool_calls: calls }),
  };
  return form === "chat"
    ? { message: { role: "assistant", content: text, ...beside } }
    : { response: text, ...beside };
}

/** With what the last response ends. */
export function ending(
  { stopReason, usage }: { readonly stopReason: StopReason; readonly usage: Usage },
  context: ReplyContext,
  { only }: Told,
): object {
  return {
    done: true,
    done_reason: only ?? doneReason(stopReason),
    ...durations(context, only),
    ...encodeUsage(usage),
  };
}

function encodeCalls(parts: Answer["parts"]): object[] {
  const calls: object[] = [];
  let signatures: string[] = [];
  for (const part of parts) {
    if (part.type === "reasoning" && part.signature !== undefined) signatures.push(part.signature);
    if (part.type !== "tool-call") continue;
    calls.push(encodeCall({ ...part, index: calls.length, signatures }));
    signatures = [];
  }
  return calls;
}

interface Called {
  readonly id: string;
  readonly name: string;
  readonly input: string;
  readonly index: number;
  readonly signatures: readonly string[];
}

export function encodeCall({ id, name, input, index, signatures }: Called): object {
  return { id, function: { index, name, arguments: argumentsObject(input) }, ...extraContent(signatures) };
}

/** An answer with calls has stopped, too: clients look at the calls. */
function doneReason({ unified }: StopReason): string {
  switch (unified) {
    case "end":
    case "stop-sequence":
    case "tool-calls":
      return "stop";
    case "max-tokens":
      return "length";
    case "refusal":
      return "refusal";
    default:
      return unified satisfies never;
  }
}

/** In nanoseconds, as measured here: until the host began to answer, and from then on. */
function durations({ timing }: ReplyContext, only: Told["only"]): object {
  const { total, firstContent } = timing?.() ?? {};
  if (total === undefined) return {};
  const whole = nanoseconds(total);
  if (firstContent === undefined || only !== undefined) return { total_duration: whole };
  const first = Math.min(whole, nanoseconds(firstContent));
  return { total_duration: whole, prompt_eval_duration: first, eval_duration: whole - first };
}

function nanoseconds(seconds: number): number {
  return Math.round(seconds * 1e9);
}

/** An unknown count is left out; `estimated` marks figures of our own tokenizer. */
function encodeUsage({ inputTokens, outputTokens, estimated }: Usage): object {
  return {
    ...(inputTokens !== undefined && { prompt_eval_count: inputTokens }),
    ...(outputTokens !== undefined && { eval_count: outputTokens }),
    ...(estimated && { estimated: true }),
  };
}
