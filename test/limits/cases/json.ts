import { raw, type LimitCase } from "../case.ts";

/** JSON that is hard on those who read it. */
export const cases: readonly LimitCase[] = [
  {
    name: "a body that only opens arrays",
    size: 8_000_000,
    request: (size) => raw("/v1/chat/completions", "[".repeat(size)),
    comes: { status: 400 },
  },
  {
    name: "a body that only opens objects",
    size: 1_000_000,
    request: (size) => raw("/v1/messages", '{"a":'.repeat(size)),
    comes: { status: 400 },
  },
];
