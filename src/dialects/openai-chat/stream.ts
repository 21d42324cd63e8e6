/**
 * A turn as a stream of `chat.completion.chunk` objects (OpenAI API reference, "The chat completion chunk
 * object"): one id and one `created` for all, the role once in the first delta, a `finish_reason` in the last,
 * usage only when asked for, then `[DONE]`. Keep-alives are chunks with an empty delta, because some clients do
 * not count SSE comments.
 */
import type { TurnEvents } from "../../turn/event.ts";
import { sseComment, sseEvent } from "../../wire/sse.ts";
import { unwrapCustom } from "../custom-tool.ts";
import type { ReplyContext } from "../dialect.ts";
import { jsonLine, jsonText } from "../json-text.ts";
import { encodeUsage, finishReason } from "./encode.ts";
import { errorBody } from "./error.ts";

export interface ChatStreamOptions {
  readonly model: string;
  readonly includeUsage: boolean;
  /** The names of the tools whose calls are plain text. */
  readonly customTools: ReadonlySet<string>;
}

export async function* stream(
  events: TurnEvents,
  context: ReplyContext,
  options: ChatStreamOptions,
): AsyncGenerator<string> {
  const usageNull = options.includeUsage ? `,"usage":null` : "";
  let head = "";
  let choice = "";
  let opened = false;
  let calls = 0;
  /** The arguments of a custom tool, whose text is known only when they are whole. */
  let custom: string[] | undefined;

  function setModel(model: string): void {
    head =
      `data: {"id":"chatcmpl-${context.id}","object":"chat.completion.chunk","created":${context.created},` +
      `"model":${jsonText(model)}`;
    choice = `${head},"choices":[{"index":0,"delta":`;
  }
  function chunk(delta: string, finish = "null"): string {
    return `${choice}${delta},"logprobs":null,"finish_reason":${finish}}]${usageNull}}\n\n`;
  }
  function open(): string {
    opened = true;
    return chunk(`{"role":"assistant","content":"","refusal":null}`);
  }
  function callChunk(call: object): string {
    return chunk(`{"tool_calls":[${jsonLine(call)}]}`);
  }

  setModel(options.model);
  for await (const event of events) {
    switch (event.type) {
      case "turn-wait": {
        const comment = event.message === undefined ? "" : sseComment(event.message);
        yield comment + (opened ? chunk("{}") : open());
        break;
      }
      case "turn-start":
        setModel(event.model);
        if (!opened) yield open();
        break;
      case "text-delta":
        if (event.text !== "") yield chunk(`{"content":${jsonText(event.text)}}`);
        break;
      case "tool-call-start": {
        const { callId: id, name } = event;
        custom = options.customTools.has(name) ? [] : undefined;
        yield callChunk(
          custom === undefined
            ? { index: calls, id, type: "function", function: { name, arguments: "" } }
            : { index: calls, id, type: "custom", custom: { name, input: "" } },
        );
        calls += 1;
        break;
      }
      case "tool-call-delta":
        if (custom !== undefined) custom.push(event.json);
        else if (event.json !== "") {
          yield callChunk({ index: calls - 1, function: { arguments: event.json } });
        }
        break;
      case "tool-call-end":
        if (custom !== undefined) {
          yield callChunk({ index: calls - 1, custom: { input: unwrapCustom(custom.join("")) } });
        }
        break;
      case "text-start":
      case "text-end":
      case "reasoning-start":
      case "reasoning-delta":
      case "reasoning-end":
        break;
      case "turn-end": {
        const finish = finishReason(event.stopReason, calls > 0);
        const usage = options.includeUsage
          ? `${head},"choices":[],"usage":${JSON.stringify(encodeUsage(event.usage))}}\n\n`
          : "";
        yield `${chunk("{}", `"${finish}"`)}${usage}data: [DONE]\n\n`;
        return;
      }
      case "turn-error":
        // No [DONE] here: it would turn the failure into a success for clients that look no further.
        yield sseEvent(jsonLine(errorBody(event.error)));
        return;
      default:
        event satisfies never;
    }
  }
}
