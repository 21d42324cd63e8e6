import type { Requirement } from "./requirement.ts";

const SECURITY = "docs/security.md, Whose is it";

/** What outlives a request: whose it is, for how long, and how much of it there may be. */
export const own = [
  {
    id: "own.responses",
    source: SECURITY,
    text: "A stored response is read, continued and deleted with the key that made it; for all others it is unknown. Its id is told to its client alone.",
  },
  {
    id: "own.refusals",
    source: SECURITY,
    text: "A remembered refusal concerns the client and the host it was for; other clients and other hosts are asked.",
  },
  {
    id: "own.sessions",
    source: SECURITY,
    text: "A session of /mcp is unknown to every key but the one that opened it; hosts without sessions are told apart by their keys too.",
  },
  {
    id: "own.stickiness",
    source: SECURITY,
    text: "Two clients that name their conversations alike do not share a host, a place in the queue or a refusal.",
  },
  {
    id: "own.operator",
    source: SECURITY,
    text: "Hosts are drained and resumed with an operator's key; without any keys, by every program on this machine.",
  },
  {
    id: "own.bounded",
    source: SECURITY,
    text: "Whatever is kept has a bound and an age, and nobody who keeps much pushes out what others keep.",
  },
  {
    id: "own.clock",
    source: SECURITY,
    text: "Setting the clock on the wall neither lengthens nor shortens anything.",
  },
] as const satisfies readonly Requirement[];
