import type { Message, Part } from "../../turn/message.ts";
import type { TurnRequest } from "../../turn/request.ts";
import type { Polyfill } from "../polyfill.ts";

/** Renders the tool calls and results of a history as text, for hosts whose sampling has no tools. */
export const renderTools: Polyfill = (next) => (request, signal) => next(withoutToolBlocks(request), signal);

function withoutToolBlocks(request: TurnRequest): TurnRequest {
  return { ...request, tools: [], messages: request.messages.map(renderMessage) };
}

function renderMessage(message: Message): Message {
  return { ...message, parts: message.parts.flatMap(renderPart) };
}

function renderPart(part: Part): Part[] {
  switch (part.type) {
    case "tool-call":
      return [{ type: "text", text: `[Called the tool ${part.name} (${part.id}) with ${part.input}]` }];
    case "tool-result": {
      const outcome = part.isError ? "failed with" : "returned";
      return [{ type: "text", text: `[The tool call ${part.callId} ${outcome}:]` }, ...part.content];
    }
    default:
      return [part];
  }
}
