import type { Requirement } from "./requirement.ts";

const EXTENSION = "docs/streaming-extension.md";
const OURS = "docs/hosts/mcptb-host.md";
const SAMPLING = "MCP 2025-11-25, Client features, Sampling";

/** `mcptb host`, which lends the model of an endpoint. */
export const ownHost = [
  {
    id: "own-host.checks-upstream",
    source: "docs/hosts/mcptb-host.md",
    text: "At its start `mcptb host` says when its upstream does not answer, does not take the key or does not list the model, and what to do; it goes on.",
  },
  {
    id: "own-host.banner",
    source: "docs/hosts/mcptb-host.md",
    text: "`mcptb host` prints the address of the bridge that it starts and lines to paste, as the demo does.",
  },
  {
    id: "own-host.streams",
    source: EXTENSION,
    text: "Text, reasoning and tool calls reach the client while the upstream still writes, with its own token counts.",
  },
  {
    id: "own-host.openai",
    source: SAMPLING,
    text: "A sampling request becomes a chat completion, and every way of chunking its stream gives the same answer.",
  },
  {
    id: "own-host.anthropic",
    source: SAMPLING,
    text: "A sampling request becomes an Anthropic message, and every way of chunking its stream gives the same answer.",
  },
  {
    id: "own-host.complete",
    source: "https://github.com/sgl-project/sglang/issues/3912",
    text: "An answer is complete when the upstream says so: an empty reason is none, [DONE] ends it also where the connection stays open.",
  },
  {
    id: "own-host.reasoning",
    source: "https://github.com/anomalyco/opencode/issues/10996",
    text: "The model's reasoning goes back to the upstream with the calls that it led to, through every API, also for clients that keep nothing but the call.",
  },
  {
    id: "own-host.adapts",
    source: "OpenAI API reference, max_completion_tokens; Anthropic API reference, thinking",
    text: "An optional part that the upstream refuses is left out once, and from then on; a value out of range is the client's error.",
  },
  {
    id: "own-host.cancel",
    source: OURS,
    text: "A client that leaves ends the request at the upstream.",
  },
  {
    id: "own-host.failures",
    source: OURS,
    text: "What goes wrong at the upstream is told to the client with a next step, in both eras; a cut answer never looks complete.",
  },
  {
    id: "own-host.consent",
    source: SAMPLING,
    text: "The person is asked before each request, for some minutes or never; a refusal is a refusal; without a terminal it must be said.",
  },
  {
    id: "own-host.one-key",
    source: OURS,
    text: "One key answers a question; other keys, and keys within a word, answer nothing.",
  },
  {
    id: "own-host.no-stray-key",
    source: OURS,
    text: "What was typed before a question was to be seen, for one that was withdrawn or for the one before, does not answer it.",
  },
  {
    id: "own-host.who-asks",
    source: OURS,
    text: "The question names the client and its key, the system prompt's first line, the last words as far as the window has room, the tools, the model and the size; other hosts are not told who asks.",
  },
  {
    id: "own-host.log-waits",
    source: OURS,
    text: "While a question stands nothing is written into it; what was logged meanwhile is shown afterwards, within a bound.",
  },
  {
    id: "own-host.safe-texts",
    source: OURS,
    text: "No text of a client, a host, a bridge or an endpoint steers the person's terminal or hides from it.",
  },
  {
    id: "own-host.key",
    source: OURS,
    text: "The upstream's key goes to the upstream alone: not to other addresses and not to the bridge's process.",
  },
  {
    id: "own-host.chain",
    source: OURS,
    text: "A bridge can be the upstream of another bridge's host, tools and streaming included.",
  },
  {
    id: "own-host.attach",
    source: OURS,
    text: "The host attaches to a bridge that runs elsewhere over Streamable HTTP, in both eras.",
  },
  {
    id: "own-host.reasoning-kept",
    source:
      "DeepSeek, Kimi, Gemini and Anthropic, which refuse a second turn without the reasoning of the first",
    text: "A host that is started again opens what it sealed before; where reasoning is not known any more, the upstream is asked in a way that it answers.",
  },
] as const satisfies readonly Requirement[];
