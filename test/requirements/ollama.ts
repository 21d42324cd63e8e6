import type { Requirement } from "./requirement.ts";

const reference = "Ollama API reference";

/** POST /api/chat, POST /api/generate and what programs for Ollama ask beside them. */
export const ollama = [
  {
    id: "ollama.sdk",
    source: "observed with ollama 0.6.4 (npm)",
    text: "The package makes of any stream, and of any plain answer, the turn that was sent.",
  },
  {
    id: "ollama.lines",
    source: `${reference}, streaming responses; httpx, which splits lines the Unicode way`,
    text: "A stream is lines of JSON, one object each, by whatever rule lines are split; without a word about it an answer is streamed.",
  },
  {
    id: "ollama.messages",
    source: `${reference}, messages`,
    text: "Text, pictures, thoughts, calls and results reach the host; pictures by URL are refused by name.",
  },
  {
    id: "ollama.call-pairs",
    source: `${reference}, tool calls, whose ids may be missing`,
    text: "Results find their calls by id, else by the name of the tool, else by order.",
  },
  {
    id: "ollama.generate",
    source: `${reference}, generate a response`,
    text: "A prompt with its system prompt and pictures is answered in `response`; templates, raw prompts, gaps to fill and old contexts are refused by name.",
  },
  {
    id: "ollama.load",
    source: `${reference}, load and unload a model`,
    text: "A request without any message is answered at once and asks no host.",
  },
  {
    id: "ollama.options",
    source: `${reference}, options; Modelfile reference, valid parameters and values`,
    text: "Each option and member is honoured, noticed, harmless or refused; none is dropped in silence.",
  },
  {
    id: "ollama.tools",
    source: `${reference}, tool calling`,
    text: "On hosts with tools and without, calls come whole, several at once, with ids, and their results go back.",
  },
  {
    id: "ollama.signatures",
    source: "calls of chat completions, whose clients send back what stands beside a call",
    text: "What a host wants back of its model's reasoning travels with the call that follows, and comes back.",
  },
  {
    id: "ollama.think",
    source: `${reference}, thinking`,
    text: "Whether and how much to think reaches the host; thoughts are shown unless they were turned off.",
  },
  {
    id: "ollama.structured",
    source: `${reference}, structured outputs`,
    text: "`json` and schemas in `format` give what fits them.",
  },
  {
    id: "ollama.usage",
    source: `${reference}, conventions, durations`,
    text: "Counts and measured durations in nanoseconds stand in the last response; unknown ones are left out, and estimates are marked.",
  },
  {
    id: "ollama.finish",
    source: `${reference}, done_reason`,
    text: "Each way of ending has its word.",
  },
  {
    id: "ollama.keep-alive",
    source: "observed with ollama 0.6.4 (npm) and 0.6.3 (PyPI), which read every line as a response",
    text: "A wait is told by responses of no text.",
  },
  {
    id: "ollama.errors",
    source: "observed with ollama 0.6.4 (npm) and 0.6.3 (PyPI)",
    text: "Errors have Ollama's form, before the first byte and as the last line of a stream.",
  },
  {
    id: "ollama.models",
    source: `${reference}, list models, show model information, list running models`,
    text: "What can be named is listed and shown with what its host can do; what no host tells is left out.",
  },
  {
    id: "ollama.tags",
    source: `${reference}, model names`,
    text: "The tag `latest` stands for none, unless a host shows it.",
  },
  {
    id: "ollama.probes",
    source: `${reference}, version, pull a model`,
    text: "Programs that look for a version, and fetch a model before they ask it, go on.",
  },
  {
    id: "ollama.refused",
    source: `${reference}, embeddings, create, copy, push and delete a model`,
    text: "What lent models cannot do is refused with what to do instead.",
  },
  {
    id: "ollama.vscode",
    source: "observed with VS Code 1.139.1, the Ollama provider of its bundled Copilot extension",
    text: "VS Code's own-model provider finds a version that it takes, models with what they can do under their own names, and chat completions at the same address.",
  },
  {
    id: "ollama.media-type",
    source: "Ollama API reference, Examples (curl without a content-type)",
    text: "A body is read as JSON whatever its content-type says; web pages are refused by their origin as everywhere.",
  },
  {
    id: "ollama.port",
    source: "observed: programs that look for Ollama at 11434 alone, and for `Ollama is running` at `/`",
    text: "On request the bridge listens at a second port, where it greets programs as Ollama does; a person sees the page, and other APIs are there as well.",
  },
  {
    id: "ollama.port-taken",
    source: "own rule",
    text: "The second port is never taken from a program that runs there; the log says who has it, and the bridge serves all the same.",
  },
  {
    id: "ollama.cancel",
    source: "MCP specification, cancellation",
    text: "A client that leaves cancels its turn at the host.",
  },
] as const satisfies readonly Requirement[];
