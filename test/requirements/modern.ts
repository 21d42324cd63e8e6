import type { Requirement } from "./requirement.ts";

const MRTR = "MCP 2026-07-28, Multi round-trip requests";
const OURS = "what the bridge promises to its users";

export const modern = [
  {
    id: "modern.rounds",
    source: MRTR,
    text: "One sampling request a round, several open calls of the hook for turns at once, each answer to its own turn.",
  },
  {
    id: "modern.round-cap",
    source: "observed with rmcp, @modelcontextprotocol/client 2.4 and the Python SDK",
    text: "A call of the hook ends with a normal result after nine rounds, before a host gives it up and loses an answer.",
  },
  {
    id: "modern.abandoned",
    source: MRTR,
    text: "The answer of a turn that is over is dropped, whoever brings it.",
  },
  {
    id: "modern.state",
    source: "MCP 2026-07-28, Multi round-trip requests, server requirements 4 and 5",
    text: "State is signed, and state that was tampered with is refused.",
  },
  {
    id: "modern.missing-answer",
    source: MRTR,
    text: "A call that comes back without the answer is asked again, and not for a turn that is over.",
  },
  {
    id: "modern.no-call",
    source: OURS,
    text: "While no call of the hook is open a turn waits a while and then fails with what the person should do.",
  },
  {
    id: "modern.dropped-call",
    source: MRTR,
    text: "A turn whose call is dropped before it heard the request goes to another call; it is never sent twice.",
  },
  {
    id: "modern.told",
    source: OURS,
    text: "What the era cannot do is told in `status`, in /ready and in the host's entries of /v1/models.",
  },
  {
    id: "modern.tools",
    source: MRTR,
    text: "Tools travel natively where the call's capabilities have them.",
  },
  {
    id: "modern.dual-era",
    source: OURS,
    text: "`--mcp-era` serves the eras it names; under `auto` hosts of both begin the older one, and a host that insists on the modern one is served in it.",
  },
  {
    id: "modern.deltas",
    source: "docs/streaming-extension.md",
    text: "A host that declares the streaming extension sends its pieces by a notification, and they pass through as they come.",
  },
] as const satisfies readonly Requirement[];
