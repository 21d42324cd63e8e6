import type { Requirement } from "./requirement.ts";

const reference = "OpenAI API reference, Chat Completions";

/** POST /v1/chat/completions. */
export const chat = [
  {
    id: "chat.one-identity",
    source: `${reference}, chunk object`,
    text: "All chunks of a stream have one id, one created and the object chat.completion.chunk.",
  },
  {
    id: "chat.role-once",
    source: "observed with openai 7.57.0 and @langchain/openai 1.6.0",
    text: "The first delta, and no other, carries the role.",
  },
  {
    id: "chat.choice-index",
    source: "observed with openai 7.57.0, @ai-sdk/openai 4.0.118 and @openai/agents 0.20.0",
    text: "Every choice has its index.",
  },
  {
    id: "chat.finish-last",
    source: "observed with opencode 1.18.33, which repeats the request for ever, and Qwen Code 0.24.4",
    text: "Every answer ends with exactly one finish_reason, in the last chunk that has a choice.",
  },
  {
    id: "chat.finish-tool-calls",
    source: "https://github.com/router-for-me/CLIProxyAPI/issues/876",
    text: "An answer with tool calls finishes with tool_calls, whatever reason the host gives for a normal end.",
  },
  {
    id: "chat.done-last",
    source: `${reference}, streaming`,
    text: "data: [DONE] ends every whole stream, and no failed one.",
  },
  {
    id: "chat.usage-asked",
    source: `${reference}, stream_options.include_usage`,
    text: "Usage comes only when asked for, in a chunk with empty choices; the other chunks then say usage null.",
  },
  {
    id: "chat.usage-numbers",
    source: `${reference}, usage`,
    text: "Counts are numbers that add up, and say that they are estimates where they are.",
  },
  {
    id: "chat.tool-call-chunks",
    source: "observed with openai 7.57.0, opencode 1.18.33, Cline CLI 3.0.65 and @openai/agents 0.20.0",
    text: "Every tool call delta has its index; the first also id, type and name; arguments are JSON text.",
  },
  {
    id: "chat.no-empty-tool-calls",
    source: "https://github.com/BerriAI/litellm/issues/29286",
    text: "Neither a chunk nor a message carries an empty list of tool calls.",
  },
  {
    id: "chat.whole-tool-calls",
    source: `${reference}, chat completion object`,
    text: "Tool calls of a plain answer have id, type, name and arguments as text, and no index.",
  },
  {
    id: "chat.custom-tools",
    source: `${reference}, tools, custom`,
    text: "Custom tools are offered with their grammar in words, and their calls come back as plain text.",
  },
  {
    id: "chat.allowed-tools",
    source: `${reference}, tool_choice, allowed_tools`,
    text: "Of the tools only those that the choice allows are offered, and one of them must be called where it says so.",
  },
  {
    id: "chat.demanded-tools",
    source: "docs/tools.md",
    text: "A choice that demands a tool which is not among those on offer is refused; a hosted tool that is not demanded is left out with a notice.",
  },
  {
    id: "chat.results-together",
    source: "MCP 2025-11-25, Sampling, Tool results",
    text: "The results of parallel calls, messages of their own here, reach the host in one message.",
  },
  {
    id: "chat.sdk-tools",
    source: "openai 6.49, ai 6, @openai/agents 0.14, @langchain/openai 1.5",
    text: "The SDKs' tool loops, parallel calls and structured output work on hosts with and without tools.",
  },
  {
    id: "chat.keep-alive",
    source: "observed with Qwen Code 0.24.4, which does not count SSE comments",
    text: "While the host is silent, chunks with an empty delta follow; a message for the person is a comment beside them.",
  },
  {
    id: "chat.error-frame",
    source: "openai 6.49, core/streaming",
    text: "A failure after the first byte is a data frame with an error object, and the stream ends.",
  },
  {
    id: "chat.error-body",
    source: `${reference}, errors`,
    text: "An error has message, type, param and code, with OpenAI's own codes where it has them.",
  },
  {
    id: "chat.refusal-once",
    source: "observed with opencode 1.18.33, Cline CLI 3.0.65 and Qwen Code 0.24.4, which ask once on 400",
    text: "A refusal by the person at the host is a 400.",
  },
  {
    id: "chat.any-text",
    source: "RFC 8259, section 8.2; WHATWG HTML, section 9.2",
    text: "Any text arrives as it was, unpaired surrogates included, in frames that are valid UTF-8 and JSON.",
  },
  {
    id: "chat.line-ends",
    source: "httpx 0.28, which splits lines at every Unicode line end",
    text: "No frame holds a line end of any kind inside its data.",
  },
  {
    id: "chat.system",
    source: `${reference}, messages`,
    text: "Leading system and developer messages become the system prompt, in order; later ones keep their place.",
  },
  {
    id: "chat.text-parts",
    source: "observed with Qwen Code 0.24.4",
    text: "Content may be a string, several parts, null or empty, for every role.",
  },
  {
    id: "chat.null-is-absent",
    source: "openai-python, which sends None as null",
    text: "A field that is null counts as absent.",
  },
  {
    id: "chat.unknown-fields",
    source: "observed with Qwen Code 0.24.4 and opencode 1.18.33",
    text: "Unknown fields are let through.",
  },
  {
    id: "chat.unknown-parts",
    source: `${reference}, messages.content`,
    text: "A content part of an unknown kind becomes a notice; its text, if any, is kept.",
  },
  {
    id: "chat.limits",
    source: `${reference}, max_completion_tokens`,
    text: "Both names of the token limit are read; one that is not positive is refused with its name.",
  },
  {
    id: "chat.choices",
    source: `${reference}, n`,
    text: "Up to eight choices are answers of their own to one request, numbered, with one usage; more are refused by name.",
  },
  {
    id: "chat.images",
    source: `${reference}, messages.content.image_url`,
    text: "Pictures in data: URLs reach the host; pictures by URL are refused with a clear message.",
  },
  {
    id: "chat.notices",
    source: "docs/architecture.md, notices",
    text: "Parameters that sampling lacks become a notice that names them, unless they ask for nothing.",
  },
  {
    id: "chat.tool-history",
    source: `${reference}, messages`,
    text: "Tool calls and results in the history are kept, in the current and in the older form.",
  },
  {
    id: "chat.structured-output",
    source: `${reference}, response_format`,
    text: "The wanted form of the answer is read.",
  },
  {
    id: "chat.sdk-openai",
    source: "openai 6.49",
    text: "The official SDK gets the same turn, streamed and whole, and its own error classes.",
  },
  {
    id: "chat.sdk-ai",
    source: "ai 6, @ai-sdk/openai, @ai-sdk/openai-compatible",
    text: "The AI SDK gets the same turn, streamed and whole.",
  },
  {
    id: "chat.no-retry",
    source: "openai 6.49, x-should-retry",
    text: "Where asking again is wrong, the SDK asks once.",
  },
  {
    id: "chat.abort",
    source: "https://github.com/BerriAI/litellm/issues/13774",
    text: "A client that leaves ends the turn at the host.",
  },
  {
    id: "chat.legacy-functions",
    source: "OpenAI API reference, functions and function_call (deprecated)",
    text: "The form before tools is understood, forced and forbidden calls included, and answered in itself, streamed or not.",
  },
  {
    id: "chat.names",
    source: "OpenAI API reference, messages.name",
    text: "The name of who speaks reaches the model.",
  },
] as const satisfies readonly Requirement[];
