/**
 * Compaction: the model summarises a conversation that has become too long, and the client continues with the summary instead
 * (OpenAI API reference, "Compact a response"; the item `compaction_trigger`). The vendor keeps the summary encrypted for its models;
 * ours is text for any later model, encoded so that clients carry it unchanged.
 */
import { BridgeError } from "../../turn/error.ts";
import type { StopReason, TurnEvents } from "../../turn/event.ts";
import type { Message } from "../../turn/message.ts";
import type { TurnRequest } from "../../turn/request.ts";
import type { Item } from "./schema.ts";

const TRIGGER = "compaction_trigger";
const KEEP_ALIVE_MS = 5000;
const MARK = "mcptb-summary-1.";

const INSTRUCTIONS =
  "The conversation so far is about to be removed, and whoever goes on with the task will know only what you write now. Write a " +
  "summary for them: what the user wants, with every requirement and preference they have stated; what has been done and decided, and " +
  "why; the files, names, commands, values and errors that matter, word for word; what remains to be done, and what comes " +
  "next. Do not call any tool and do not answer the user. Write only the summary.";

const INTRODUCTION = "This is a summary of the conversation so far. It was compacted to save space.";

export function isTrigger({ type }: Item): boolean {
  return type === TRIGGER;
}

/** The relevant part of a stored conversation: its last summary replaces everything before it. */
export function sinceCompaction(items: readonly Item[]): readonly Item[] {
  return items.slice(
    Math.max(
      0,
      items.findLastIndex(({ type }) => type === "compaction"),
    ),
  );
}

/** The request that asks the model for a summary of the conversation. */
export function compactionOf(request: TurnRequest): TurnRequest {
  const ask: Message = { role: "user", parts: [{ type: "text", text: INSTRUCTIONS }] };
  return {
    ...request,
    messages: [...request.messages, ask],
    toolChoice: { type: "none" },
    responseFormat: { type: "text" },
  };
}

/**
 * Checks that a summary can replace the conversation.
 *
 * @throws BridgeError `host_failed` when there is none, or only its beginning.
 */
export function wholeSummary(text: string, stopReason: StopReason): string {
  const fault = faultOf(text, stopReason);
  if (fault !== undefined) throw fault;
  return text;
}

function faultOf(text: string, { unified }: StopReason): BridgeError | undefined {
  const cut = unified === "max-tokens" || unified === "refusal";
  if (!cut && text.trim() !== "") return undefined;
  const what = cut ? "was cut before its summary was complete" : "wrote no summary";
  return new BridgeError("host_failed", `The conversation was not compacted: the model ${what}.`);
}

/** The events of a turn that writes a summary, with only the summary, in one delta; an error when it is incomplete. */
export async function* asSummary(events: TurnEvents): TurnEvents {
  const pieces: string[] = [];
  let told = performance.now();
  for await (const event of events) {
    switch (event.type) {
      case "turn-wait":
      case "turn-start":
      case "turn-error":
        told = performance.now();
        yield event;
        break;
      case "text-delta":
        pieces.push(event.text);
        // The text is not streamed, so the client needs other signs of life.
        if (performance.now() - told < KEEP_ALIVE_MS) break;
        told = performance.now();
        yield { type: "turn-wait", reason: "host", elapsedMs: 0 };
        break;
      case "turn-end": {
        const text = pieces.join("");
        const fault = faultOf(text, event.stopReason);
        if (fault !== undefined) {
          yield { type: "turn-error", error: fault };
          return;
        }
        yield { type: "text-start", id: "summary" };
        yield { type: "text-delta", id: "summary", text };
        yield { type: "text-end", id: "summary" };
        yield event;
        break;
      }
      default:
    }
  }
}

/** The item with a summary. */
export function compactionItem(id: string, summary: string): Item {
  return { id, type: "compaction", encrypted_content: MARK + Buffer.from(summary).toString("base64url") };
}

/**
 * The message to the model for a compacted conversation.
 *
 * @throws BridgeError `invalid_request` for a summary encrypted by another service.
 */
export function readCompaction(content: string, at: string): string {
  if (!content.startsWith(MARK)) {
    const param = `${at}.encrypted_content`;
    throw new BridgeError(
      "invalid_request",
      `${param}: this summary was not made by this bridge and cannot be read here. Send the conversation itself, or compact it again.`,
      { param },
    );
  }
  const summary = Buffer.from(content.slice(MARK.length), "base64url").toString();
  return `${INTRODUCTION}\n\n${summary}`;
}
