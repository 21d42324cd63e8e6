/**
 * A turn as the events of the Responses API (OpenAI API reference, "Streaming events"): created and in_progress first
 * and complete, every item and part added, filled and done, numbered without gaps, and one of completed, incomplete or
 * failed at the end. Keep-alives are events too, because Codex does not count comments; none goes out before created.
 */
import type { TurnEvents } from "../../turn/event.ts";
import { sseComment, sseEvent } from "../../wire/sse.ts";
import type { ReplyContext } from "../dialect.ts";
import { jsonLine, jsonText } from "../json-text.ts";
import {
  callItem,
  finalStatus,
  itemId,
  messageItem,
  responseObject,
  textContent,
  type ResponseObject,
  type ResponseState,
} from "./encode.ts";
import { failure } from "./error.ts";
import type { Item, ResponsesRequest } from "./schema.ts";
import { unwrapCustom, type ToolNames } from "./tools.ts";

export interface ResponsesStreamOptions {
  readonly wire: ResponsesRequest;
  readonly names: ToolNames;
  /** Called with the response that was completed. */
  readonly onCompleted: (response: ResponseObject) => void;
}

export async function* stream(
  events: TurnEvents,
  context: ReplyContext,
  options: ResponsesStreamOptions,
): AsyncGenerator<string> {
  const { wire, names } = options;
  const output: Item[] = [];
  let { model } = wire;
  let sequence = 0;
  let opened = false;
  let pieces: string[] = [];
  let call = { id: "", name: "" };

  function event(type: string, members: object): string {
    sequence += 1;
    return sseEvent(jsonLine({ type, sequence_number: sequence - 1, ...members }), type);
  }
  function response(state: Omit<ResponseState, "model" | "output">): ResponseObject {
    return responseObject(wire, context, { model, output, ...state });
  }
  function open(): string {
    if (opened) return "";
    opened = true;
    const started = { response: response({ status: "in_progress" }) };
    return event("response.created", started) + event("response.in_progress", started);
  }
  const position = (id: string): object => ({ item_id: id, output_index: output.length, content_index: 0 });
  const callPosition = (item: Item): object => ({ item_id: item.id, output_index: output.length });

  for await (const turn of events) {
    switch (turn.type) {
      case "turn-wait": {
        const first = open();
        const comment = turn.message === undefined ? "" : sseComment(turn.message);
        yield comment + (first === "" ? event("keepalive", {}) : first);
        break;
      }
      case "turn-start":
        ({ model } = turn);
        if (!opened) yield open();
        break;
      case "text-start": {
        const id = itemId("msg", context, output.length);
        pieces = [];
        yield (
          event("response.output_item.added", {
            output_index: output.length,
            item: { id, type: "message", status: "in_progress", role: "assistant", content: [] },
          }) + event("response.content_part.added", { ...position(id), part: textContent("") })
        );
        break;
      }
      case "text-delta": {
        pieces.push(turn.text);
        const id = itemId("msg", context, output.length);
        yield `event: response.output_text.delta\ndata: {"type":"response.output_text.delta","sequence_number":${sequence},"item_id":"${id}","output_index":${output.length},"content_index":0,"delta":${jsonText(turn.text)},"logprobs":[]}\n\n`;
        sequence += 1;
        break;
      }
      case "text-end": {
        const id = itemId("msg", context, output.length);
        const text = pieces.join("");
        const item = messageItem(id, text);
        yield (
          event("response.output_text.done", { ...position(id), text, logprobs: [] }) +
          event("response.content_part.done", { ...position(id), part: textContent(text) }) +
          event("response.output_item.done", { output_index: output.length, item })
        );
        output.push(item);
        break;
      }
      case "tool-call-start": {
        call = { id: turn.callId, name: turn.name };
        pieces = [];
        const item = callItem(context, output.length, { ...call, input: "" }, names, "in_progress");
        yield event("response.output_item.added", { output_index: output.length, item });
        break;
      }
      case "tool-call-delta":
        pieces.push(turn.json);
        // The plain text of a custom tool is known only when its JSON is complete.
        if (names.originOf(call.name).kind === "function" && turn.json !== "") {
          const item = callItem(context, output.length, { ...call, input: "" }, names);
          yield event("response.function_call_arguments.delta", { ...callPosition(item), delta: turn.json });
        }
        break;
      case "tool-call-end": {
        const input = pieces.join("");
        const item = callItem(context, output.length, { ...call, input }, names);
        const done = event("response.output_item.done", { output_index: output.length, item });
        yield (
          (item.type === "custom_tool_call"
            ? event("response.custom_tool_call_input.delta", {
                ...callPosition(item),
                delta: unwrapCustom(input),
              }) +
              event("response.custom_tool_call_input.done", {
                ...callPosition(item),
                input: unwrapCustom(input),
              })
            : event("response.function_call_arguments.done", {
                ...callPosition(item),
                name: item["name"],
                arguments: input,
              })) + done
        );
        output.push(item);
        break;
      }
      case "reasoning-start":
      case "reasoning-delta":
      case "reasoning-end":
        break;
      case "turn-end": {
        const { usage, stopReason } = turn;
        const status = finalStatus(stopReason);
        const final = response({ status, usage, stopReason });
        options.onCompleted(final);
        yield event(`response.${status}`, { response: final });
        return;
      }
      case "turn-error":
        yield (
          open() +
          event("response.failed", { response: response({ status: "failed", error: failure(turn.error) }) })
        );
        return;
      default:
        turn satisfies never;
    }
  }
}
