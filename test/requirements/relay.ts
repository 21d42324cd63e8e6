import type { Requirement } from "./requirement.ts";

/** Several processes, one address: who leads, who lends, and what passes between them. */
export const relay = [
  {
    id: "relay.same-answer",
    source: "docs/several-windows.md, the relay",
    text: "Requests, events and errors cross a relay unchanged, whatever text they hold.",
  },
  {
    id: "relay.checked",
    source: "docs/several-windows.md, the relay",
    text: "A message of unknown form, or more events than were asked for, ends the connection and not the process.",
  },
  {
    id: "relay.bounded",
    source: "docs/several-windows.md, the relay",
    text: "Names, lists, figures, messages and turns that come over a relay have bounds. What is beyond them is cut, is not known, or ends its turn; what only an attacker sends ends the connection, and nothing ends the process.",
  },
  {
    id: "relay.before-proof",
    source: "docs/security.md, relays",
    text: "Before its proof a side may send a few hundred bytes for two seconds, and those who never prove themselves keep nobody out.",
  },
  {
    id: "relay.bound-proof",
    source: "docs/security.md, relays",
    text: "A proof is good for one side, one connection and one address: it can be neither handed on nor sent back.",
  },
  {
    id: "relay.limits",
    source: "docs/several-windows.md, who leads",
    text: "A lent host keeps the limits of the process that lends it, however many turns the other side asks for at once.",
  },
  {
    id: "relay.back-off",
    source: "docs/several-windows.md, when they cannot join",
    text: "What fails again and again is tried less and less often, at most every 30 s, whichever way it fails.",
  },
  {
    id: "relay.credit",
    source: "docs/several-windows.md, the relay",
    text: "A client that reads slowly holds the host's answer back instead of filling the memory of either process.",
  },
  {
    id: "relay.cancel",
    source: "docs/several-windows.md, the relay",
    text: "A client that leaves cancels its turn at the host behind the relay.",
  },
  {
    id: "relay.gone",
    source: "docs/several-windows.md, when a process ends",
    text: "When a relay ends, each turn that runs there ends with host_gone, and nothing is sent a second time.",
  },
  {
    id: "relay.draining",
    source: "docs/several-windows.md, when a process ends",
    text: "A process that ends in good order lets the turns at its lent hosts end within its time for that.",
  },
  {
    id: "relay.web",
    source: "CVE-2025-49596 (MCP Inspector)",
    text: "A request with an Origin, or under a foreign Host, opens no relay.",
  },
  {
    id: "relay.keys",
    source: "docs/security.md, relays",
    text: "A relay opens to one of the host keys, or to who proves to know the secret; to no client key and to nothing else.",
  },
  {
    id: "relay.leader-first",
    source: "docs/security.md, relays",
    text: "The side that accepts proves itself first: who does not know the secret is lent nothing, and the secret never travels.",
  },
  {
    id: "relay.other-upgrades",
    source: "RFC 9110, section 7.8",
    text: "A request that asks for another protocol is served as if it had not asked.",
  },
  {
    id: "relay.one-address",
    source: "VS Code starts one server a window; the second one's port is taken",
    text: "Processes on one port serve clients at one address with all their hosts, and each answer is that of its own request.",
  },
  {
    id: "relay.takeover",
    source: "docs/several-windows.md, when a process ends",
    text: "When the leader dies or ends, what runs there ends with an error, another takes the port within two seconds, and the next request works.",
  },
  {
    id: "relay.stranger",
    source: "docs/security.md, relays",
    text: "A port that cannot be joined, or a file that others could have written, is said in the log and in status, and the process stays up and keeps trying.",
  },
  {
    id: "relay.file",
    source: "docs/security.md, relays",
    text: "The file by which a leader is found is this user's alone; a link, garbage, or one that others could have written is not used.",
  },
  {
    id: "relay.no-orphans",
    source: "GitHub issues about MCP servers that outlive their hosts",
    text: "No process is left after its host, however often windows are opened and closed.",
  },
  {
    id: "relay.attach",
    source: "docs/several-windows.md, a bridge elsewhere",
    text: "attach lends a host to a bridge elsewhere by a key, over TLS or the loopback only, and connects again when it ends.",
  },
] as const satisfies readonly Requirement[];
