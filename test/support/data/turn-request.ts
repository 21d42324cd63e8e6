import type { TurnRequest } from "../../../src/turn/request.ts";

/** A neutral request with one short user message, and whatever a test wants different. */
export function turnRequest(parts: Partial<TurnRequest> = {}): TurnRequest {
  return {
    model: "auto",
    system: [],
    messages: [{ role: "user", parts: [{ type: "text", text: "Hello?" }] }],
    tools: [],
    toolChoice: { type: "auto" },
    parallelToolCalls: true,
    responseFormat: { type: "text" },
    maxTokens: undefined,
    temperature: undefined,
    stopSequences: [],
    conversation: undefined,
    ...parts,
  };
}
