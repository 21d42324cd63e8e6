import type { Message, Part, ToolCallPart, ToolResultPart } from "../../turn/message.ts";
import type { TurnRequest } from "../../turn/request.ts";
import type { Polyfill } from "../polyfill.ts";

/**
 * Renders the tool calls and results of a history as text, for hosts whose sampling has no tools. No turn is lost; images
 * in results stay images.
 */
export const renderTools: Polyfill = (next) => (request, signal) => next(withoutToolBlocks(request), signal);

function withoutToolBlocks(request: TurnRequest): TurnRequest {
  const names = new Map<string, string>();
  return {
    ...request,
    tools: [],
    toolChoice: { type: "auto" },
    messages: request.messages.map((message) => renderMessage(message, names)),
  };
}

/** `names` holds the tools that were called so far, by the id of the call: a result knows only the id. */
function renderMessage(message: Message, names: Map<string, string>): Message {
  return {
    ...message,
    parts: message.parts.flatMap((part): Part[] => {
      if (part.type === "tool-call") return [renderCall(part, names)];
      return part.type === "tool-result" ? renderResult(part, names) : [part];
    }),
  };
}

function renderCall({ id, name, input }: ToolCallPart, names: Map<string, string>): Part {
  names.set(id, name);
  return { type: "text", text: `[Call ${id} of the tool ${name} with the input ${input}]` };
}

function renderResult(
  { callId, content, isError }: ToolResultPart,
  names: ReadonlyMap<string, string>,
): Part[] {
  const name = names.get(callId);
  const call = `call ${callId}${name === undefined ? "" : ` of the tool ${name}`}`;
  if (content.length === 0) {
    return [{ type: "text", text: `[The ${call} ${isError ? "failed" : "succeeded"} without a result]` }];
  }
  return [
    { type: "text", text: `[${isError ? "Error" : "Result"} of the ${call}:]` },
    ...content,
    { type: "text", text: `[End of the ${call}]` },
  ];
}
