import { chat, messages, responses, type LimitCase } from "../case.ts";

/** Names of models. */
export const cases: readonly LimitCase[] = [
  {
    name: "a model name of brackets",
    size: 60_000,
    request: (size) => chat({ model: "[".repeat(size) }),
    comes: { status: [200, 400] },
  },
  {
    name: "a model name of brackets that close",
    size: 60_000,
    request: (size) => messages({ model: `${"[".repeat(size)}]` }),
    comes: { status: [200, 400] },
  },
  {
    name: "a model name of versions",
    size: 60_000,
    request: (size) => responses({ model: "1-1".repeat(size) }),
    comes: { status: [200, 400] },
  },
];
