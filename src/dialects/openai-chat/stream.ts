/**
 * A turn as a stream of `chat.completion.chunk` objects (OpenAI API reference, "The chat completion chunk
 * object"): one id and one `created` for all, for each choice the role once in the first delta and a `finish_reason` in the
 * last, usage only when asked for, then `[DONE]`. Keep-alives are chunks with an empty delta, because some clients do
 * not count SSE comments.
 */
import type { TurnEvent, TurnEvents, Usage } from "../../turn/event.ts";
import { sseComment, sseEvent } from "../../wire/sse.ts";
import { unwrapCustom } from "../custom-tool.ts";
import type { ReplyContext } from "../dialect.ts";
import { extraContent } from "../extra-content.ts";
import { jsonLine, jsonText } from "../json-text.ts";
import { encodeUsage, finishReason, type CallForm } from "./encode.ts";
import { errorBody } from "./error.ts";

export interface ChatStreamOptions {
  readonly model: string;
  readonly choices: number;
  readonly includeUsage: boolean;
  readonly callForm: CallForm;
}

export async function* stream(
  events: TurnEvents,
  context: ReplyContext,
  options: ChatStreamOptions,
): AsyncGenerator<string> {
  const choices = Array.from(
    { length: options.choices },
    (_, index) => new ChoiceWriter(index, context, options),
  );
  const unfinished = new Set(choices);
  for await (const event of events) {
    if (event.type === "turn-error") {
      // No [DONE] here: some clients would take the failure for a success.
      yield sseEvent(jsonLine(errorBody(event.error)));
      return;
    }
    // A wait of the whole turn is written into a choice that may still get chunks.
    const [current] = unfinished;
    const choice = event.choice === undefined ? current : choices[event.choice];
    if (choice === undefined) return;
    let frames = choice.write(event);
    if (event.type === "turn-end") {
      unfinished.delete(choice);
      if (unfinished.size === 0) frames += `${choice.usage(event.usage)}data: [DONE]\n\n`;
    }
    if (frames !== "") yield frames;
    if (unfinished.size === 0) return;
  }
}

/** Writes the chunks of one choice. */
class ChoiceWriter {
  readonly #index: number;
  readonly #context: ReplyContext;
  readonly #options: ChatStreamOptions;
  readonly #usageNull: string;
  #head = "";
  #choice = "";
  #opened = false;
  #calls = 0;
  /** The arguments of a custom tool, whose text is known only when they are complete. */
  #custom: string[] | undefined;
  /** Signatures of the reasoning since the last call. */
  #signatures: string[] = [];

  constructor(index: number, context: ReplyContext, options: ChatStreamOptions) {
    this.#index = index;
    this.#context = context;
    this.#options = options;
    this.#usageNull = options.includeUsage ? `,"usage":null` : "";
    this.#setModel(options.model);
  }

  /** The chunks for an event of this choice; may be empty. */
  write(event: Exclude<TurnEvent, { type: "turn-error" }>): string {
    switch (event.type) {
      case "turn-wait": {
        const comment = event.message === undefined ? "" : sseComment(event.message);
        return comment + (this.#opened ? this.#chunk("{}") : this.#open());
      }
      case "turn-start":
        this.#setModel(event.model);
        return this.#opened ? "" : this.#open();
      case "text-delta":
        return event.text === "" ? "" : this.#chunk(`{"content":${jsonText(event.text)}}`);
      case "tool-call-start":
        return this.#startCall(event.callId, event.name);
      case "tool-call-delta":
        if (this.#custom !== undefined) this.#custom.push(event.json);
        else if (event.json !== "") return this.#argumentsChunk(event.json);
        return "";
      case "tool-call-end":
        if (this.#custom === undefined) return "";
        return this.#callChunk({ custom: { input: unwrapCustom(this.#custom.join("")) } });
      case "reasoning-delta":
        return event.text === "" ? "" : this.#chunk(`{"reasoning_content":${jsonText(event.text)}}`);
      case "reasoning-end":
        if (event.signature !== undefined) this.#signatures.push(event.signature);
        return "";
      case "text-start":
      case "text-end":
      case "reasoning-start":
        return "";
      case "turn-end":
        return this.#chunk(
          "{}",
          `"${finishReason(event.stopReason, this.#calls > 0, this.#options.callForm)}"`,
        );
      default:
        return event satisfies never;
    }
  }

  /** The chunk with the usage of all choices, if the client asked for it. */
  usage(usage: Usage): string {
    if (!this.#options.includeUsage) return "";
    return `${this.#head},"choices":[],"usage":${JSON.stringify(encodeUsage(usage))}}\n\n`;
  }

  #setModel(model: string): void {
    const { id, created } = this.#context;
    this.#head =
      `data: {"id":"chatcmpl-${id}","object":"chat.completion.chunk","created":${created},` +
      `"model":${jsonText(model)}`;
    this.#choice = `${this.#head},"choices":[{"index":${this.#index},"delta":`;
  }

  #chunk(delta: string, finish = "null"): string {
    return `${this.#choice}${delta},"logprobs":null,"finish_reason":${finish}}]${this.#usageNull}}\n\n`;
  }

  #open(): string {
    this.#opened = true;
    return this.#chunk(`{"role":"assistant","content":"","refusal":null}`);
  }

  #startCall(id: string, name: string): string {
    this.#calls += 1;
    const { isLegacy, customTools } = this.#options.callForm;
    if (isLegacy) return this.#chunk(`{"function_call":${jsonLine({ name, arguments: "" })}}`);
    this.#custom = customTools.has(name) ? [] : undefined;
    const extra = extraContent(this.#signatures);
    this.#signatures = [];
    return this.#callChunk(
      this.#custom === undefined
        ? { id, type: "function", function: { name, arguments: "" }, ...extra }
        : { id, type: "custom", custom: { name, input: "" }, ...extra },
    );
  }

  #argumentsChunk(json: string): string {
    return this.#options.callForm.isLegacy
      ? this.#chunk(`{"function_call":{"arguments":${jsonText(json)}}}`)
      : this.#callChunk({ function: { arguments: json } });
  }

  #callChunk(call: object): string {
    return this.#chunk(`{"tool_calls":[${jsonLine({ index: this.#calls - 1, ...call })}]}`);
  }
}
