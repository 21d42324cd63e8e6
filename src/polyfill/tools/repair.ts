/**
 * Makes a history keep the protocol's rules for tools (MCP 2025-11-25, Sampling, "Tool results"): a message with
 * results holds nothing else, and follows the message with the calls at once, answering all of them in order.
 * Real histories often break them, because clients are interrupted, resume and edit. Nothing is invented: a call
 * without a result, or a result without a call, is kept as text.
 */
import type { Message, Part, TextPart, ToolCallPart, ToolResultPart } from "../../turn/message.ts";

export interface Repaired {
  readonly messages: readonly Message[];
  /** The number of calls and results that became text. */
  readonly mended: number;
}

export function repairToolHistory(messages: readonly Message[]): Repaired {
  const results = firstResults(messages);
  const answered = new Set<string>();
  const out: Message[] = [];
  let mended = 0;

  for (const message of messages) {
    const calls: Part[] = [];
    const rest: Part[] = [];
    // Reasoning stays before the parts it led to.
    const thoughts: Part[] = [];
    for (const part of message.parts) {
      if (part.type === "tool-result") {
        // A result follows its call; one without a call, or a second one, becomes text.
        if (results.get(part.callId) === part) continue;
        mended += 1;
        rest.push(...resultAsText(part));
      } else if (part.type === "reasoning") thoughts.push(part);
      else if (part.type !== "tool-call") rest.push(...thoughts.splice(0), part);
      else if (message.role === "assistant" && results.has(part.id) && !answered.has(part.id)) {
        answered.add(part.id);
        calls.push(...thoughts.splice(0), part);
      } else {
        mended += 1;
        rest.push(...thoughts.splice(0), callAsText(part));
      }
    }
    const parts = [...rest, ...calls, ...thoughts];
    if (parts.length > 0) out.push({ role: message.role, parts });
    const answers = calls.flatMap((part) => (part.type === "tool-call" ? (results.get(part.id) ?? []) : []));
    if (answers.length > 0) out.push({ role: "user", parts: answers });
  }
  return { messages: out, mended };
}

/** The first result of each call that comes after it. */
function firstResults(messages: readonly Message[]): Map<string, ToolResultPart> {
  const called = new Set<string>();
  const results = new Map<string, ToolResultPart>();
  for (const message of messages) {
    for (const part of message.parts) {
      if (part.type === "tool-call" && message.role === "assistant") called.add(part.id);
      if (part.type === "tool-result" && called.has(part.callId) && !results.has(part.callId)) {
        results.set(part.callId, part);
      }
    }
  }
  return results;
}

function callAsText(call: ToolCallPart): TextPart {
  return { type: "text", text: `[A call of the tool ${call.name} with ${call.input} that got no result]` };
}

function resultAsText(result: ToolResultPart): Part[] {
  return [
    { type: "text", text: "[A tool result whose call is not in this conversation:]" },
    ...result.content,
  ];
}
