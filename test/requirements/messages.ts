import type { Requirement } from "./requirement.ts";

const reference = "Anthropic API reference, Messages";

/** POST /v1/messages and /v1/messages/count_tokens. */
export const messages = [
  {
    id: "messages.event-lines",
    source: "https://github.com/earendil-works/pi/issues/1983",
    text: "Every frame has an event line that names the type of its data.",
  },
  {
    id: "messages.no-done",
    source: "https://github.com/earendil-works/pi/issues/3708",
    text: "[DONE] never comes.",
  },
  {
    id: "messages.start-skeleton",
    source: "https://github.com/Alishahryar1/free-claude-code/issues/209",
    text: "message_start has usage with an estimate of the prompt, null reasons and an empty content.",
  },
  {
    id: "messages.order",
    source: `${reference}, streaming; https://github.com/BerriAI/litellm/issues/32357`,
    text: "Events come in the documented order, message_start once, and of the documented types only.",
  },
  {
    id: "messages.blocks",
    source:
      "https://github.com/BerriAI/litellm/issues/33224; https://github.com/BerriAI/litellm/issues/34692",
    text: "Blocks have an index, open with their first piece, take deltas of their own kind and are stopped.",
  },
  {
    id: "messages.end",
    source: "observed with @anthropic-ai/sdk 1.12.0 and opencode 1.18.33, which repeats the request for ever",
    text: "message_delta with stop_reason, stop_sequence and usage, then message_stop, end every whole answer.",
  },
  {
    id: "messages.stop-reasons",
    source: `${reference}, stop_reason`,
    text: "Each way of ending has its documented word; a stop sequence is named where it is known.",
  },
  {
    id: "messages.tool-input-deltas",
    source: "observed with Claude Code 2.1.330, which reads arguments from input_json_delta only",
    text: "A tool call streams an empty input first and its arguments as input_json_delta.",
  },
  {
    id: "messages.whole-tool-calls",
    source: `${reference}, tool_use`,
    text: "In a plain answer the input of a tool call is an object.",
  },
  {
    id: "messages.signed-thinking",
    source: "https://github.com/router-for-me/CLIProxyAPI/issues/2172",
    text: "Thinking is shown only when the host signed it.",
  },
  {
    id: "messages.ping",
    source: `${reference}, streaming, ping events`,
    text: "While the host is silent, pings follow the message_start; a message for the person is a comment beside them.",
  },
  {
    id: "messages.long-wait",
    source: "observed with Qwen Code 0.24.4 (240 s) and Claude Code 2.1.330 (750 s)",
    text: "After 180 s of waiting, empty deltas of an open text block replace pings; any answer continues well-formed.",
  },
  {
    id: "messages.error-event",
    source: `${reference}, streaming, error events`,
    text: "A failure after the first byte is one error event, the last of the stream.",
  },
  {
    id: "messages.error-body",
    source: `${reference}, errors`,
    text: "An error body has type error, an error with its documented type and message, and the request id.",
  },
  {
    id: "messages.refusal-once",
    source:
      "observed with Copilot CLI, Claude Code and pydantic-ai, which say `authentication failed` to a 403",
    text: "A refusal by the person at the host is a 400 invalid_request_error that keeps its text, and is not to be asked again.",
  },
  {
    id: "messages.any-text",
    source: "RFC 8259, section 8.2; WHATWG HTML, section 9.2",
    text: "Any text arrives as it was, unpaired surrogates included, in frames that are valid UTF-8 and JSON.",
  },
  {
    id: "messages.line-ends",
    source: "httpx 0.28, which splits lines at every Unicode line end",
    text: "No frame holds a line end of any kind inside its data.",
  },
  {
    id: "messages.system",
    source: `${reference}, system`,
    text: "The system prompt may be a string or blocks; its blocks keep their order.",
  },
  {
    id: "messages.mid-system",
    source: "observed with Claude Code 2.1.330",
    text: "messages may hold system messages, with a string, blocks or no content; they keep their place.",
  },
  {
    id: "messages.unknown-fields",
    source: "observed with Claude Code 2.1.330",
    text: "Unknown fields, betas and versions are accepted, as are cache_control, metadata and thinking.",
  },
  {
    id: "messages.unknown-blocks",
    source: `${reference}, content blocks`,
    text: "A block of an unknown kind becomes a notice; the text it holds is kept.",
  },
  {
    id: "messages.documents",
    source: `${reference}, document and search_result blocks`,
    text: "Text documents and search results are kept as text; documents that are none are refused with their place.",
  },
  {
    id: "messages.tool-results",
    source: "observed with Claude Code 2.1.330",
    text: "A tool result may have a string, blocks with pictures or no content, and may be an error.",
  },
  {
    id: "messages.deferred-tools",
    source: "Anthropic, tool search tool; observed with Claude Code 2.1.330",
    text: "A deferred tool is offered once the conversation refers to it, and a removed one no longer.",
  },
  {
    id: "messages.images",
    source: `${reference}, image blocks`,
    text: "Pictures as base64 reach the host; pictures by URL or file are refused with a clear message.",
  },
  {
    id: "messages.thinking-history",
    source: "observed with Claude Code 2.1.330",
    text: "Thinking and redacted thinking in the history are accepted.",
  },
  {
    id: "messages.thread",
    source: "@anthropic-ai/sdk 1.12.0, ThreadUnsupportedRequestError",
    text: "A message thread is refused with the code on which clients send the whole conversation.",
  },
  {
    id: "messages.limits",
    source: `${reference}, max_tokens`,
    text: "max_tokens is required and positive; the error names it.",
  },
  {
    id: "messages.structured-output",
    source: `${reference}, output_config.format`,
    text: "The wanted form of the answer is read, in its current and its older field.",
  },
  {
    id: "messages.notices",
    source: "docs/architecture.md, notices",
    text: "Parameters that sampling lacks become a notice that names them.",
  },
  {
    id: "messages.prefill",
    source: "https://github.com/NousResearch/hermes-agent/pull/11929",
    text: "A last assistant message is continued: the model is asked in words, and a repeated beginning is taken away.",
  },
  {
    id: "messages.count-tokens",
    source: "https://github.com/router-for-me/CLIProxyAPI/issues/679",
    text: "count_tokens counts system, tools, messages and pictures, and errs high by the documented margin.",
  },
  {
    id: "messages.count-local",
    source: "https://github.com/Wei-Shaw/claude-relay-service/issues/731",
    text: "count_tokens never asks the host and needs none.",
  },
  {
    id: "messages.request-id",
    source: `${reference}, request-id`,
    text: "Every reply has a request-id header.",
  },
  {
    id: "messages.sdk-anthropic",
    source: "@anthropic-ai/sdk 1.12.0",
    text: "The official SDK gets the same turn, streamed and whole, and its own error classes.",
  },
  {
    id: "messages.sdk-tools",
    source: "@anthropic-ai/sdk 1.12, ai 6, @ai-sdk/anthropic",
    text: "The SDKs' tool loops, parallel calls and structured output work on hosts with and without tools.",
  },
  {
    id: "messages.sdk-ai",
    source: "ai 6, @ai-sdk/anthropic",
    text: "The AI SDK gets the same turn, streamed and whole.",
  },
  {
    id: "messages.no-retry",
    source: "@anthropic-ai/sdk 1.12.0, x-should-retry",
    text: "Where asking again is wrong, the SDK asks once.",
  },
  {
    id: "messages.abort",
    source: "https://github.com/BerriAI/litellm/issues/13774",
    text: "A client that leaves ends the turn at the host.",
  },
  {
    id: "messages.client-tools",
    source: "Anthropic documentation, bash, text editor, memory and computer use tools",
    text: "Tools that Anthropic defines and the client runs are offered with their published schemas; those that its servers run are left out with a notice, or refused when forced.",
  },
  {
    id: "messages.no-tokens",
    source: "Anthropic documentation, prompt caching, max_tokens: 0",
    text: "A request for no tokens is answered at once, without asking a host.",
  },
  {
    id: "messages.caller",
    source: "Anthropic OpenAPI description, ResponseToolUseBlock",
    text: "A call says who makes it.",
  },
] as const satisfies readonly Requirement[];
