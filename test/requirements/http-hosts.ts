import type { Requirement } from "./requirement.ts";

const HTTP = "MCP 2025-11-25 and 2026-07-28, Transports, Streamable HTTP";
const OURS = "what the bridge promises to its users";

export const httpHosts = [
  {
    id: "http.lends",
    source: HTTP,
    text: "Hosts of either era lend their model over /mcp, many turns at once.",
  },
  {
    id: "http.both-eras",
    source: HTTP,
    text: "Hosts of both eras, over HTTP and on stdio, are attached at once.",
  },
  {
    id: "http.large",
    source: "observed with @modelcontextprotocol/server 2.4",
    text: "Prompts and answers above 4 MiB pass in both eras.",
  },
  {
    id: "http.keys",
    source: OURS,
    text: "Hosts have keys of their own; a client's key lets no host in, a host's key no client. Where clients need one, so do hosts.",
  },
  { id: "http.cancel", source: HTTP, text: "A client that leaves cancels at a host of the legacy era." },
  {
    id: "http.gone",
    source: HTTP,
    text: "A session that ends takes its host out of the pool and ends its turns with an error.",
  },
  { id: "http.off", source: OURS, text: "Hosts come over HTTP only where that was switched on." },
  {
    id: "http.sessions",
    source: HTTP,
    text: "Requests without or of an unknown session, and of web pages, are refused as the protocol says.",
  },
  {
    id: "pool.choice",
    source: OURS,
    text: "A client chooses a host by `label/model` or the header x-mcp-host; else turns are spread.",
  },
  {
    id: "pool.many",
    source: OURS,
    text: "Hundreds of streams over several hosts come out byte for byte, whoever hangs up.",
  },
  {
    id: "pool.host-fails",
    source: OURS,
    text: "A host that dies ends only the turns it had, each with an error; the others and the next go on.",
  },
  {
    id: "http.apart",
    source: "docs/security.md, hosts over HTTP",
    text: "A host answers only the turns that were sent to it: what it brings for another's is dropped.",
  },
  {
    id: "http.reconnect",
    source: HTTP,
    text: "A host that loses its stream gets what it has missed when it comes back with Last-Event-ID.",
  },
  {
    id: "http.idle",
    source: OURS,
    text: "A session without any request for long ends, soon if it never opened a stream; an open stream keeps it.",
  },
  {
    id: "http.bounded",
    source: OURS,
    text: "There are never more hosts over HTTP than there may be, with a session or without; whoever only looked around, cannot lend or is silent gives way to one that comes.",
  },
  {
    id: "http.introduction",
    source: OURS,
    text: "Of what a host says of itself only so much is heard: name, title, version and abilities within bounds.",
  },
] as const satisfies readonly Requirement[];
