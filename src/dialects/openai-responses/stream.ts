/**
 * A turn as the events of the Responses API (OpenAI API reference, "Streaming events"): created and in_progress first
 * and complete, every item and part added, filled and done, numbered without gaps, and one of completed, incomplete or
 * failed at the end. Keep-alives are events too, because Codex does not count comments; none goes out before created.
 */
import type { TurnEvent, TurnEvents } from "../../turn/event.ts";
import { sseComment } from "../../wire/sse.ts";
import { unwrapCustom } from "../custom-tool.ts";
import type { ReplyContext } from "../dialect.ts";
import { isClientToolKind } from "./client-tools.ts";
import { compactionItem } from "./compaction.ts";
import {
  callItem,
  ended,
  finalStatus,
  itemId,
  messageItem,
  reasoningItem,
  responseObject,
  showsReasoning,
  summaryText,
  textContent,
  type Asked,
  type ResponseObject,
  type ResponseState,
  type Status,
} from "./encode.ts";
import { failure } from "./error.ts";
import { NumberedEvents } from "./numbered.ts";
import type { Item } from "./schema.ts";

export interface ResponsesStreamOptions extends Asked {
  /** Called with the completed response. */
  readonly onCompleted: (response: ResponseObject) => void;
}

export async function* stream(
  events: TurnEvents,
  context: ReplyContext,
  options: ResponsesStreamOptions,
): AsyncGenerator<string> {
  const writer = new ResponseWriter(context, options);
  for await (const event of events) {
    const frames = writer.write(event);
    if (frames !== "") yield frames;
    if (event.type === "turn-end" || event.type === "turn-error") return;
  }
}

/** The open item. */
interface OpenItem {
  readonly pieces: string[];
  /** The event for a delta; empty for items that are sent only when they are complete. */
  readonly delta: (piece: string) => string;
  /** The events that end it, and the finished item. */
  readonly finish: (whole: string) => { readonly frames: string; readonly item: Item };
}

class ResponseWriter {
  readonly #context: ReplyContext;
  readonly #options: ResponsesStreamOptions;
  readonly #events = new NumberedEvents();
  readonly #output: Item[] = [];
  #model: string;
  #begun = false;
  #open: OpenItem | undefined;
  /** Whether the open item has all its deltas. */
  #whole = false;
  /** The signature of the reasoning that ends. */
  #signature: string | undefined;

  constructor(context: ReplyContext, options: ResponsesStreamOptions) {
    this.#context = context;
    this.#options = options;
    this.#model = options.wire.model;
  }

  /** The frames for an event of the turn; may be empty. */
  write(event: TurnEvent): string {
    switch (event.type) {
      case "turn-wait": {
        const comment = event.message === undefined ? "" : sseComment(event.message);
        return comment + (this.#begun ? this.#events.event("keepalive", {}) : this.#begin());
      }
      case "turn-start":
        this.#model = event.model;
        return this.#begin();
      case "text-start":
        return this.#finish("completed") + this.#startText();
      case "tool-call-start":
        return this.#finish("completed") + this.#startCall(event.callId, event.name);
      case "text-delta":
        return this.#piece(event.text);
      case "tool-call-delta":
        return this.#piece(event.json);
      case "tool-call-end":
        return this.#finish("completed");
      case "text-end":
        // The next event shows whether it was cut.
        this.#whole = true;
        return "";
      case "reasoning-start":
        if (!showsReasoning(this.#options.wire)) return "";
        return this.#finish("completed") + this.#startReasoning();
      case "reasoning-delta":
        return showsReasoning(this.#options.wire) ? this.#piece(event.text) : "";
      case "reasoning-end":
        this.#signature = event.signature;
        return showsReasoning(this.#options.wire) ? this.#finish("completed") : "";
      case "turn-end": {
        const { usage, stopReason } = event;
        const status = finalStatus(stopReason);
        const last = this.#finish(status);
        const response = this.#response({ status, usage, stopReason });
        this.#options.onCompleted(response);
        return last + this.#events.event(`response.${status}`, { response });
      }
      case "turn-error": {
        const begun = this.#begin() + (this.#whole ? this.#finish("completed") : "");
        const response = this.#response({ status: "failed", error: failure(event.error) });
        return begun + this.#events.event("response.failed", { response });
      }
      default:
        return event satisfies never;
    }
  }

  #response(state: Omit<ResponseState, "model" | "output">): ResponseObject {
    const { wire } = this.#options;
    return responseObject(wire, this.#context, { model: this.#model, output: this.#output, ...state });
  }

  #begin(): string {
    if (this.#begun) return "";
    this.#begun = true;
    const started = { response: this.#response({ status: "in_progress" }) };
    return (
      this.#events.event("response.created", started) + this.#events.event("response.in_progress", started)
    );
  }

  #startText(): string {
    return this.#options.compacting ? this.#startSummary() : this.#startMessage();
  }

  /** The item of a compacted conversation, which is sent complete. */
  #startSummary(): string {
    const id = itemId("cmp", this.#context, this.#output.length);
    const added = { output_index: this.#output.length, item: compactionItem(id, "") };
    this.#open = {
      pieces: [],
      delta: () => "",
      finish: (text) => ({ frames: "", item: compactionItem(id, text) }),
    };
    return this.#events.event("response.output_item.added", added);
  }

  #startMessage(): string {
    const events = this.#events;
    const index = this.#output.length;
    const id = itemId("msg", this.#context, index);
    const position = { item_id: id, output_index: index, content_index: 0 };
    this.#open = {
      pieces: [],
      delta: events.deltas("response.output_text.delta", { ...position, logprobs: [] }),
      finish: (text) => {
        const item = messageItem(id, text);
        const frames =
          events.event("response.output_text.done", { ...position, text, logprobs: [] }) +
          events.event("response.content_part.done", { ...position, part: textContent(text) });
        return { frames, item };
      },
    };
    const item = { ...messageItem(id, ""), status: "in_progress", content: [] };
    return (
      events.event("response.output_item.added", { output_index: index, item }) +
      events.event("response.content_part.added", { ...position, part: textContent("") })
    );
  }

  #startReasoning(): string {
    const events = this.#events;
    const { wire } = this.#options;
    const index = this.#output.length;
    const id = itemId("rs", this.#context, index);
    const position = { item_id: id, output_index: index, summary_index: 0 };
    const summarized = typeof wire.reasoning?.summary === "string";
    const write = events.deltas("response.reasoning_summary_text.delta", position);
    let begun = false;
    const begin = (): string => {
      begun = true;
      return events.event("response.reasoning_summary_part.added", { ...position, part: summaryText("") });
    };
    this.#open = {
      pieces: [],
      delta: (text) => (summarized ? (begun ? "" : begin()) + write(text) : ""),
      finish: (text) => {
        const item = reasoningItem(id, { text, ...signed(this.#signature) }, wire);
        const frames = begun
          ? events.event("response.reasoning_summary_text.done", { ...position, text }) +
            events.event("response.reasoning_summary_part.done", { ...position, part: summaryText(text) })
          : "";
        return { frames, item };
      },
    };
    const item = reasoningItem(id, { text: "" }, wire);
    return events.event("response.output_item.added", { output_index: index, item });
  }

  #startCall(callId: string, name: string): string {
    const events = this.#events;
    const index = this.#output.length;
    const written = (input: string, status?: string): Item =>
      callItem(this.#context, index, { id: callId, name, input }, this.#options.names, status);
    if (isClientToolKind(this.#options.names.originOf(name).kind)) {
      this.#open = {
        pieces: [],
        // Its action is known only when its arguments are complete.
        delta: () => "",
        finish: (json) => ({
          frames: events.event("response.output_item.added", {
            output_index: index,
            item: written(json, "in_progress"),
          }),
          item: written(json),
        }),
      };
      return "";
    }
    const item = written("", "in_progress");
    const position = { item_id: item.id, output_index: index };
    this.#open =
      item.type === "custom_tool_call"
        ? {
            pieces: [],
            // The plain text is known only when the JSON around it is complete.
            delta: () => "",
            finish: (json) => {
              const input = unwrapCustom(json);
              const frames =
                events.event("response.custom_tool_call_input.delta", { ...position, delta: input }) +
                events.event("response.custom_tool_call_input.done", { ...position, input });
              return { frames, item: written(json) };
            },
          }
        : {
            pieces: [],
            delta: events.deltas("response.function_call_arguments.delta", position),
            finish: (json) => ({
              frames: events.event("response.function_call_arguments.done", {
                ...position,
                name: item["name"],
                arguments: json,
              }),
              item: written(json),
            }),
          };
    return events.event("response.output_item.added", { output_index: index, item });
  }

  #piece(piece: string): string {
    if (this.#open === undefined || piece === "") return "";
    this.#open.pieces.push(piece);
    return this.#open.delta(piece);
  }

  /** The events that end the open item, if there is one; `status` is that of a text. */
  #finish(status: Status): string {
    if (this.#open === undefined) return "";
    const { frames, item: whole } = this.#open.finish(this.#open.pieces.join(""));
    const item = ended(whole, status);
    this.#open = undefined;
    this.#whole = false;
    const done = this.#events.event("response.output_item.done", { output_index: this.#output.length, item });
    this.#output.push(item);
    return frames + done;
  }
}

function signed(signature: string | undefined): { readonly signature?: string } {
  return signature === undefined ? {} : { signature };
}
