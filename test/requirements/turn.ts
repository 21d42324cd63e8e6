import type { Requirement } from "./requirement.ts";

const OURS = "the promise of this project";

/** What happens between a decoded request and the events of its answer. */
export const turn = [
  {
    id: "turn.order",
    source: OURS,
    text: "Whatever a host does, the events behind it are in a legal order and end with one end or one error.",
  },
  {
    id: "turn.thinking",
    source:
      "OpenAI API reference, reasoning_effort, reasoning.effort; Anthropic API reference, thinking, output_config.effort",
    text: "How much a model should think reaches a host that takes it; for others it is told that it was ignored.",
  },
  {
    id: "turn.reasoning-back",
    source: "https://github.com/openai/openai-python/issues/2758",
    text: "Signed reasoning reaches a client in its dialect's form, and what the client sends back reaches the host before the same call.",
  },
  {
    id: "turn.graphemes",
    source: "Unicode Standard Annex 29",
    text: "A replay in any unit adds, loses and reorders nothing, and splits no user-perceived character.",
  },
  {
    id: "turn.linear",
    source: "https://github.com/BerriAI/litellm/issues/36429",
    text: "Cutting and counting take time in proportion to the text, whatever it is made of.",
  },
  {
    id: "turn.stop-sequences",
    source: "OpenAI API reference, stop; Anthropic API reference, stop_sequences",
    text: "An answer ends before the stop sequence that is complete first, however it comes in pieces, and the host is left.",
  },
  {
    id: "turn.usage",
    source: "https://github.com/Alishahryar1/free-claude-code/issues/209",
    text: "Counts that the host does not give are estimated, English as well as Chinese, and marked as estimated.",
  },
  {
    id: "turn.count-bounded",
    source: OURS,
    text: "Counting a prompt costs bounded time, and never comes before the request is on its way to the host.",
  },
  {
    id: "turn.tool-history",
    source: "observed with VS Code 1.139 and goose: tool blocks are dropped without a word",
    text: "Tool calls and results of a history reach a host without tools as text, images in results as images.",
  },
  {
    id: "turn.repeated-text",
    source: OURS,
    text: "No text that is not the model's own makes a call when the model repeats it: whole, cut, quoted, in code, decoded, or with other white space.",
  },
  {
    id: "turn.reading-linear",
    source: OURS,
    text: "Reading calls out of an answer takes time in proportion to its length, whatever it holds and however it comes in pieces.",
  },
  {
    id: "turn.queue-fair",
    source: OURS,
    text: "Turns run concurrently up to the limit of each host; those that wait are admitted in rotation between clients.",
  },
  {
    id: "turn.queue-bounded",
    source: "RFC 6585, section 4, and RFC 9110, section 15.6.4",
    text: "A full queue is told at once with 429, a wait that is too long with 503.",
  },
  {
    id: "turn.place-freed",
    source: "https://github.com/BerriAI/litellm/issues/37140",
    text: "A place is freed once and at once, in whatever way its turn ends; who leaves while queued is out of the line.",
  },
  {
    id: "turn.host-gone",
    source: OURS,
    text: "When a host goes, what is queued for it fails at once; the next request works as soon as a host is back.",
  },
  {
    id: "turn.refusal-remembered",
    source: "observed with Claude Code 2.1.330: a refusal is asked again in up to six shapes",
    text: "A denied consent stands for a minute for the user's words in any shape, and for what its conversation has queued; a new message asks again, except where the host takes a refusal for a permission.",
  },
  {
    id: "turn.impossible-remembered",
    source:
      "observed with Claude Code 2.1.330: a 400 is asked again in up to six shapes, some of them longer",
    text: "A prompt that the host found too long is not asked of it again at that length or more; a shorter one is.",
  },
  {
    id: "turn.one-correction",
    source: OURS,
    text: "An answer that cannot be used goes back to the model once: what that waits for is passed on, the usage of both is summed, and a second bad answer is an error.",
  },
  {
    id: "turn.sent-once",
    source: "RFC 9110, section 9.2.2",
    text: "Nothing is sent to a host twice by the bridge.",
  },
  {
    id: "turn.model-hints",
    source: "https://github.com/anthropics/claude-code/issues/66822, and observed with VS Code 1.139",
    text: "Dated names, names with a suffix or a provider, and other ways to write a version reach the host as hints, the exact name first.",
  },
  {
    id: "turn.model-names",
    source: "MCP 2025-11-25, Sampling, Model Preferences",
    text: "A model name is read as one that a host has shown, else as an alias, else as member of a family, else as the default; what follows reaches the host as hints, and the header x-mcp-hints tells it.",
  },
  {
    id: "turn.strict-models",
    source: "OpenAI API reference, error codes; Anthropic API reference, Errors",
    text: "With strict names an unknown one is refused before a host is asked, in the API's own form, with the names there are.",
  },
  {
    id: "turn.background-model",
    source: "observed with Claude Code 2.1.330, opencode 1.18.33 and Qwen Code 0.24.4",
    text: "Requests that agents make for titles and memories go to the background model, if one is set, with a notice; what persons ask never does.",
  },
  {
    id: "turn.models-listed",
    source: "OpenAI API reference, List models; Anthropic API reference, List Models",
    text: "The list of models names auto, the models that have answered with their host, and the aliases with what they stand for.",
  },
] as const satisfies readonly Requirement[];
