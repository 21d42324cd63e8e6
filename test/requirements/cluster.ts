import type { Requirement } from "./requirement.ts";

/** Many bridges as one, through a broker: who serves whose hosts, and what holds when something dies. */
export const cluster = [
  {
    id: "cluster.every-host",
    source: "docs/cluster.md, what it does",
    text: "Every member serves the hosts that are attached to any member, under the same labels, and lends no host twice.",
  },
  {
    id: "cluster.once",
    source: "docs/cluster.md, promises",
    text: "No host is asked twice for one request: a turn goes to another host only where it is certain that none has heard of it.",
  },
  {
    id: "cluster.whole-or-error",
    source: "docs/cluster.md, promises",
    text: "Whatever dies, stops or is lost: each request ends with its whole answer or with a well-formed error, and none hangs.",
  },
  {
    id: "cluster.in-order",
    source: "docs/cluster.md, promises",
    text: "What the broker loses, doubles or brings in another order never changes an answer.",
  },
  {
    id: "cluster.sealed",
    source: "docs/cluster.md, promises",
    text: "The broker and others who listen there see no text of prompts and answers; what a stranger sends to members changes nothing, and who does not know the cluster's secret is lent nothing.",
  },
  {
    id: "cluster.tenants",
    source: "docs/cluster.md, promises",
    text: "Members in different accounts of one broker know nothing of each other.",
  },
  {
    id: "cluster.limits",
    source: "docs/cluster.md, promises",
    text: "The limits of a host hold for all members together, and its queue is fair between their keys.",
  },
  {
    id: "cluster.bounded",
    source: "docs/cluster.md, how it works",
    text: "A member that does not read holds the host back, what is on its way is bounded, and images pass whatever the broker takes in one message.",
  },
  {
    id: "cluster.operated",
    source: "docs/cluster.md, operation",
    text: "mcptb cluster shows members and hosts, and drains a host for all members.",
  },
] as const satisfies readonly Requirement[];
