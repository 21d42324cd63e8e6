import type { Requirement } from "./requirement.ts";

const reference = "OpenAI API reference, Responses";

/** POST /v1/responses, and what can be done with a response afterwards. */
export const responses = [
  {
    id: "responses.created-first",
    source: "observed with openai 7.57.0 and @ai-sdk/openai 4.0.118",
    text: "response.created and response.in_progress come first and once, with id, created_at and model.",
  },
  {
    id: "responses.items",
    source: "observed with openai 7.57.0 and Codex CLI 0.169.0",
    text: "Items and parts are added before their deltas and done after them, with ids, output_index and content_index.",
  },
  {
    id: "responses.numbered",
    source: `${reference}, streaming events, sequence_number`,
    text: "Events have their type in the data and on the event line, and are numbered from 0 without gaps.",
  },
  {
    id: "responses.completed",
    source: "observed with Codex CLI 0.169.0, which runs the turn again, and @openai/agents 0.20.0",
    text: "The last event is completed, incomplete or failed, and holds the whole output.",
  },
  {
    id: "responses.failed",
    source: "observed with Codex CLI 0.169.0, which asks again after any code but a few",
    text: "A failure after the first byte is response.failed, with a code that is final where asking again is wrong.",
  },
  {
    id: "responses.keep-alive",
    source: "observed with Codex CLI 0.169.0, which does not count comments, and openai 7.57.0",
    text: "While the host is silent, keepalive events follow, never before created and in_progress.",
  },
  {
    id: "responses.error-body",
    source: `${reference}, errors`,
    text: "Before the first byte errors have OpenAI's shape; a refusal by the person is a 400.",
  },
  {
    id: "responses.tool-kinds",
    source: "observed with Codex CLI 0.169.0",
    text: "Function tools, those of a namespace and custom tools are offered; calls come back as their own kind.",
  },
  {
    id: "responses.hosted-tools",
    source: `${reference}, tools`,
    text: "Tools that the vendor runs are left out with a notice; a choice that demands one is refused.",
  },
  {
    id: "responses.allowed-tools",
    source: `${reference}, tool_choice, allowed_tools`,
    text: "Of the tools only those that the choice allows are offered, and one of them must be called where it says so.",
  },
  {
    id: "responses.object",
    source: "OpenAI's published OpenAPI schema, Response",
    text: "The response object has the members and types of the published schema.",
  },
  {
    id: "responses.cut",
    source: `${reference}, incomplete_details; OpenResponses, message items`,
    text: "A text that was cut at the limit is an incomplete item of an incomplete response, streamed and whole.",
  },
  {
    id: "responses.input-items",
    source: "observed with Codex CLI 0.169.0",
    text: "Messages, calls and results of every kind are read, pictures in results too; reasoning is left out.",
  },
  {
    id: "responses.vendor-items",
    source: `${reference}, input items of web_search, file_search, code_interpreter, image_generation and mcp`,
    text: "What tools of the vendor were asked and have found reaches the model as text, pictures as pictures.",
  },
  {
    id: "responses.refused",
    source: `${reference}, background, conversation, prompt`,
    text: "What would lose the conversation or the answer is refused by name.",
  },
  {
    id: "responses.accepted",
    source: "observed with Codex CLI 0.169.0",
    text: "Fields that only advise are accepted, and those that ask for something become a notice.",
  },
  {
    id: "responses.store",
    source: `${reference}, store and previous_response_id`,
    text: "Finished responses can be continued, read and deleted; the memory is bounded and the oldest go first.",
  },
  {
    id: "responses.item-reference",
    source: "@ai-sdk/openai 3, which names stored items instead of sending them",
    text: "A reference to an item of a stored response stands for it; any other is refused.",
  },
  {
    id: "responses.client-tools",
    source: `${reference}, tools, and the items of local_shell, shell, apply_patch, tool_search and computer`,
    text: "Tools that the vendor defines and the client runs are offered to the host; their calls and outputs are read and written as the items of their type.",
  },
  {
    id: "responses.compaction",
    source: `${reference}, "Compact a response"; observed with Codex`,
    text: "A conversation is compacted into one item that this bridge reads back, asked for by an item or at /v1/responses/compact; half a summary is an error.",
  },
  {
    id: "responses.input-tokens",
    source: `${reference}, "Get input token counts"`,
    text: "Input tokens are counted without asking a host.",
  },
  {
    id: "responses.websocket",
    source: "observed with Codex: it falls back to HTTP on 426 at once",
    text: "A WebSocket handshake is answered 426.",
  },
  {
    id: "responses.error-codes",
    source: `${reference}, response.failed`,
    text: "The code of a failed response says whose fault it is: server_error for hosts, rate_limit_exceeded, or invalid_prompt for the request.",
  },
  {
    id: "responses.format",
    source: `${reference}, text.format`,
    text: "A form asked for in text.format reaches the turn.",
  },
  {
    id: "responses.sdk",
    source: "openai 6.49, ai 6, @openai/agents 0.14, @langchain/openai 1.5",
    text: "The SDKs get the same turn, streamed and whole, with tools and structured output.",
  },
] as const satisfies readonly Requirement[];
