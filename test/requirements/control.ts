import type { Requirement } from "./requirement.ts";

const CONTROL = "docs/control.md, Keys";

/** Lending with a quiet mind: keys for single people, what each may do, and what is kept of it. */
export const control = [
  {
    id: "control.once",
    source: CONTROL,
    text: "The secret of a key is printed once, alone on stdout; what is kept of it is a digest, in a file that only its user can read.",
  },
  {
    id: "control.required",
    source: CONTROL,
    text: "Once a key was made every client needs one, and hosts at /mcp need a host key; the keys of --api-key go on.",
  },
  {
    id: "control.at-once",
    source: CONTROL,
    text: "A key that is made, rotated or revoked is so at once, in bridges that run already.",
  },
  {
    id: "control.closed",
    source: CONTROL,
    text: "Where the file of the keys is damaged, gone or open to others, nobody comes in by it, and the log says why.",
  },
  {
    id: "control.scope",
    source: CONTROL,
    text: "A key is refused for models, hosts, APIs and times that it was not made for, in the form of the client's API, saying what it may be used for.",
  },
  {
    id: "control.name",
    source: CONTROL,
    text: "The log names the key of a request as its person calls it, and nothing shows its secret.",
  },
  {
    id: "control.writers",
    source: CONTROL,
    text: "Of changes by several processes at once none is lost, and what a killed process has left behind stops nobody.",
  },
  {
    id: "control.exact",
    source: "docs/control.md, Limits",
    text: "However many requests come at once, a key gets exactly what it has room for; prompt and highest answer are reserved before, and what was not used is given back.",
  },
  {
    id: "control.durable",
    source: "docs/control.md, Limits",
    text: "What a key has used outlasts a restart, is shared by all windows, and does not change when the clock is set back.",
  },
  {
    id: "control.told",
    source: "docs/control.md, Limits",
    text: "A refusal names the limit and when it renews, and each answer has the vendor's headers of what is left; GET /v1/me/usage says it too.",
  },
  {
    id: "control.stop",
    source: "docs/control.md, Stop",
    text: "mcptb stop cancels at every host, in every window, what runs, and lets nothing new go to one, also after a restart, until mcptb resume; clients get a typed error.",
  },
  {
    id: "control.history",
    source: "docs/control.md, History",
    text: "Each request is kept with who asked, which host and model answered, its tokens, times and outcome, and nothing of its content; mcptb usage counts by key, model, host and day.",
  },
  {
    id: "control.history-faults",
    source: "docs/control.md, History",
    text: "Where the file of the history cannot be used, or this Node has no SQLite, a notice says so, the newest are kept in memory, and requests go on.",
  },
  {
    id: "control.history-durable",
    source: "docs/control.md, History",
    text: "A bridge that is killed while it writes loses no more than the last moment, windows share one history, and a clock that is moved loses nothing.",
  },
  {
    id: "control.keep-content",
    source: "docs/control.md, History",
    text: "Prompts and answers are kept only where that was chosen: encrypted, bounded in size and age, and read by the user of the bridge alone.",
  },
  {
    id: "control.audit",
    source: "docs/control.md, Audit",
    text: "Keys made, rotated and revoked, stops, starts, drained hosts and refusals are each a line of a log that only grows; mcptb audit verify finds a line that was edited, removed, moved or cut.",
  },
  {
    id: "control.otlp",
    source: "docs/telemetry.md",
    text: "A collector gets each request as a span and the host's answer as one below it, in the trace that the client names, and metrics by the conventions for GenAI; without any content unless that was chosen.",
  },
  {
    id: "control.otlp-harmless",
    source: "docs/telemetry.md",
    text: "A collector that is gone, slow, full or refuses fails no request and holds nothing up; what it did not get is counted, and stopping waits for it in bounded time.",
  },
  {
    id: "control.trace-passed-on",
    source: "docs/telemetry.md",
    text: "The trace context of a client reaches the host in _meta, through a relay too, and the upstream of our own host in its headers.",
  },
  {
    id: "control.asked",
    source: "docs/control.md, Ask me first",
    text: "Where whoever lends wants to be asked, nothing of a request is sent to a host before they allow it; what they deny ends with a typed error.",
  },
  {
    id: "control.question",
    source: "docs/control.md, Ask me first",
    text: "The question shows who asks, for which model and host, the system prompt's first line, the last words, tools and size, cut and harmless whatever a client writes.",
  },
  {
    id: "control.waiting",
    source: "docs/control.md, Ask me first",
    text: "While a question waits the client hears so in its API's harmless form; waiting has a bound in time and number, and a client that leaves withdraws its question.",
  },
  {
    id: "control.grants",
    source: "docs/control.md, Ask me first",
    text: "An answer may stand for minutes or for a conversation, for the same key, client and host alone; it has an age and ends with the bridge, with a stop and when it is taken back.",
  },
  {
    id: "control.live",
    source: "docs/control.md, What runs",
    text: "An operator sees the requests that run and what waits, as a list and as a stream that sends no more than its reader takes, and can end a request; nobody else can.",
  },
  {
    id: "control.over",
    source: "docs/control.md, Keys",
    text: "What runs ends with a typed error when its key is revoked, replaced or expires, and lowered limits hold at once.",
  },
  {
    id: "control.network",
    source: "docs/control.md, Keys",
    text: "A bridge with named keys may listen to the network; where their file is gone it lets nobody in, also when it begins after that.",
  },
  {
    id: "control.operator",
    source: "docs/control.md, Keys",
    text: "A key may be made an operator's; it is the only kind of named key that may do what concerns the bridge as a whole.",
  },
  {
    id: "control.sign-in",
    source: "docs/control.md, The page",
    text: "A token that is good once and for a minute gives a browser a session with an operator's right, in two halves of which neither is worth anything alone; sessions have a number, an age and the life of their key, only the page's own origin uses them, and signing out ends them.",
  },
  {
    id: "control.dashboard",
    source: "docs/control.md, The page",
    text: "Those who run the bridge see on its page what runs and waits, the course of requests, tokens, errors and times, keys, history and settings, and act on them: with the keyboard alone, in both languages and schemes, from 360 pixels on, whatever names others choose; the page is at most 40 kB.",
  },
  {
    id: "control.keys-by-page",
    source: "docs/control.md, The page",
    text: "An operator makes, changes, replaces and revokes keys over HTTP as at the command line; a secret is told once, and each change is in the audit log.",
  },
  {
    id: "control.plots",
    source: "docs/control.md, The page",
    text: "The history tells an operator sums and percentiles by hour and day, together or by key, model and host, and lists requests by text and filters, each with its story.",
  },
] as const satisfies readonly Requirement[];
