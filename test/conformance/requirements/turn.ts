import type { Requirement } from "../requirement.ts";

const OURS = "the promise of this project";

/** What happens between a decoded request and the events of its answer. */
export const turn = [
  {
    id: "turn.order",
    source: OURS,
    text: "Whatever a host does, the events behind it are in a legal order and end with one end or one error.",
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
] as const satisfies readonly Requirement[];
