/**
 * A turn as the events of the Messages API ("Streaming messages"): `message_start` with a full skeleton, blocks that
 * open when their first delta comes, `message_delta` with the reason and usage, `message_stop`. Every frame has its
 * `event:` line; `[DONE]` does not exist here.
 */
import type { TurnEvents } from "../../turn/event.ts";
import { sseComment, sseEvent } from "../../wire/sse.ts";
import type { ReplyContext } from "../dialect.ts";
import { jsonLine, jsonText } from "../json-text.ts";
import { encodeStop, encodeUsage, messageHead, reasoningBlock, toolUse } from "./encode.ts";
import { errorBody } from "./error.ts";
import { NO_TOOLSETS, type Toolset } from "./toolsets.ts";

/**
 * Milliseconds of waiting after which an open text block with empty deltas replaces the pings. Some clients give up
 * after 240 s, others after 750 s, with nothing but pings.
 */
export const LONG_WAIT_MS = 180_000;

const PING = sseEvent(`{"type":"ping"}`, "ping");

type BlockKind = "text" | "tool-call" | "reasoning";

/** The delta of each kind of block, up to its text. */
const DELTA = {
  text: `{"type":"text_delta","text":`,
  "tool-call": `{"type":"input_json_delta","partial_json":`,
  reasoning: `{"type":"thinking_delta","thinking":`,
} as const satisfies Record<BlockKind, string>;

export async function* stream(
  events: TurnEvents,
  context: ReplyContext,
  requestedModel: string,
  toolsets: ReadonlySet<Toolset> = NO_TOOLSETS,
): AsyncGenerator<string> {
  let started = false;
  let index = -1;
  let open: BlockKind | undefined;
  let deltaHead = "";
  let hasCalls = false;
  let thoughts: string[] = [];

  async function begin(model: string): Promise<string> {
    started = true;
    // A failed count loses only the estimate, not the answer.
    const inputTokens = await context.inputTokens().catch(() => 0);
    const message = {
      ...messageHead(model, context),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      usage: encodeUsage({ inputTokens, outputTokens: 0, estimated: true }),
    };
    return sseEvent(`{"type":"message_start","message":${jsonLine(message)}}`, "message_start");
  }
  function openBlock(kind: BlockKind, block: object): string {
    const closed = closeBlock();
    open = kind;
    index += 1;
    deltaHead = `event: content_block_delta\ndata: {"type":"content_block_delta","index":${index},"delta":${DELTA[kind]}`;
    const data = `{"type":"content_block_start","index":${index},"content_block":${jsonLine(block)}}`;
    return closed + sseEvent(data, "content_block_start");
  }
  /** The open text block, perhaps from a long wait, or a new one. */
  function openText(): string {
    return open === "text" ? "" : openBlock("text", { type: "text", text: "" });
  }
  function delta(text: string): string {
    return `${deltaHead}${jsonText(text)}}}\n\n`;
  }
  function closeBlock(): string {
    if (open === undefined) return "";
    open = undefined;
    return sseEvent(`{"type":"content_block_stop","index":${index}}`, "content_block_stop");
  }
  function keepAlive(elapsedMs: number): string {
    if (open !== undefined) return delta("");
    return elapsedMs < LONG_WAIT_MS ? PING : openText() + delta("");
  }
  function signedThoughts(text: string, signature: string): string {
    if (text === "") return openBlock("reasoning", reasoningBlock("", signature)) + closeBlock();
    const start = openBlock("reasoning", { type: "thinking", thinking: "", signature: "" });
    const signed = `{"type":"content_block_delta","index":${index},"delta":{"type":"signature_delta","signature":${jsonText(signature)}}}`;
    return start + delta(text) + sseEvent(signed, "content_block_delta") + closeBlock();
  }

  for await (const event of events) {
    switch (event.type) {
      case "turn-wait": {
        const comment = event.message === undefined ? "" : sseComment(event.message);
        yield comment + (started ? keepAlive(event.elapsedMs) : await begin(requestedModel));
        break;
      }
      case "turn-start":
        if (!started) yield begin(event.model);
        break;
      case "text-delta":
        if (event.text !== "") yield openText() + delta(event.text);
        break;
      case "tool-call-start":
        hasCalls = true;
        yield openBlock("tool-call", toolUse(event.callId, event.name, toolsets));
        break;
      case "tool-call-delta":
        if (event.json !== "") yield delta(event.json);
        break;
      case "text-end":
        if (open === "text") yield closeBlock();
        break;
      case "tool-call-end":
        yield closeBlock();
        break;
      case "reasoning-start":
        thoughts = [];
        break;
      case "reasoning-delta":
        thoughts.push(event.text);
        break;
      case "reasoning-end":
        // Shown only if it is signed, which is known at its end: clients must be able to send it back.
        if (event.signature !== undefined) yield signedThoughts(thoughts.join(""), event.signature);
        break;
      case "text-start":
        break;
      case "turn-end": {
        const end = `{"type":"message_delta","delta":${jsonLine(encodeStop(event.stopReason, hasCalls))},"usage":${jsonLine(encodeUsage(event.usage))}}`;
        yield (
          closeBlock() + sseEvent(end, "message_delta") + sseEvent(`{"type":"message_stop"}`, "message_stop")
        );
        return;
      }
      case "turn-error":
        yield sseEvent(jsonLine(errorBody(event.error)), "error");
        return;
      default:
        event satisfies never;
    }
  }
}
