import type { Requirement } from "./requirement.ts";

/** HTTP: who may come in, what is refused and how, how the bridge stops, and what operators see. */
export const server = [
  {
    id: "server.host-names",
    source: "RFC 9110, section 7.2",
    text: "Loopback names, names in the settings and, where the bridge listens to the network, addresses pass in every way of writing.",
  },
  {
    id: "server.dns-rebinding",
    source: "CVE-2025-66414 (MCP TypeScript SDK)",
    text: "A foreign Host, or a request target with a foreign host, is refused on every route.",
  },
  {
    id: "server.one-host",
    source: "RFC 9112, section 3.2",
    text: "A request without a valid Host, or with several that are not all allowed, is refused.",
  },
  {
    id: "server.origins",
    source: "CVE-2025-49596 (MCP Inspector)",
    text: "Web pages are refused unless their origin is named; null and look-alikes are not.",
  },
  {
    id: "server.cors",
    source: "Fetch standard, CORS protocol",
    text: "Preflights pass without a key for named origins only; no other answer carries an allow header.",
  },
  {
    id: "server.keys",
    source: "OpenAI, Anthropic and Gemini API references, authentication",
    text: "A configured key is accepted as Authorization: Bearer, as x-api-key and as x-goog-api-key, and nothing else is.",
  },
  {
    id: "server.keys-everywhere",
    source: "RFC 9110, section 15.5.2",
    text: "With keys configured every route but /health answers 401 with WWW-Authenticate in the dialect's body to a request without one.",
  },
  {
    id: "server.safe-bind",
    source: "CVE-2024-6587 and the exposure of Ollama servers (SentinelLABS and Censys)",
    text: "The bridge does not listen on any but a loopback address without a key.",
  },
  {
    id: "server.refused-unread",
    source: "RFC 9112, section 9.3",
    text: "Refusals come before the body is read, arrive whole, and the connection ends properly.",
  },
  {
    id: "server.expect-continue",
    source: "RFC 9110, section 10.1.1",
    text: "A client that waits for 100 Continue gets it when its body is wanted, and its refusal when it is not.",
  },
  {
    id: "server.body-values",
    source: "CWE-770, allocation without limits",
    text: "A body has a bounded number of JSON values, counted while it is read; one with more is a 400.",
  },
  {
    id: "server.body-budget",
    source: "RFC 9110, section 15.6.4",
    text: "All request bodies in memory share one budget; beyond it requests are answered 503 with Retry-After in their dialect, and small ones longest find room.",
  },
  {
    id: "server.first-fault",
    source: "zod 4 collects the issues of all elements of an array",
    text: "Checking a body stops at its first fault, which the error names, however many there are.",
  },
  {
    id: "server.loop-free",
    source: "MDN, JSON.parse is synchronous",
    text: "Large bodies are parsed in steps between which others have their turn.",
  },
  {
    id: "server.media-type",
    source: "RFC 9110, section 15.5.16",
    text: "A body that is named anything but JSON in UTF-8 is refused with 415 and a way out.",
  },
  {
    id: "server.no-compression",
    source: "RFC 9110, section 8.4",
    text: "A compressed body is refused with 415 before it is read.",
  },
  {
    id: "server.body-limit",
    source: "OWASP API Security Top 10 (2023), API4",
    text: "A body beyond the limit is refused with 413, announced or chunked, without being held in memory.",
  },
  {
    id: "server.json-hostile",
    source: "RFC 8259, sections 4, 8.1 and 9",
    text: "Deep nesting, __proto__, duplicate members, byte order marks, invalid UTF-8 and empty bodies do no harm.",
  },
  {
    id: "server.base-urls",
    source: "https://github.com/BerriAI/litellm/issues/13252",
    text: "Doubled slashes, a missing or doubled /v1, and queries reach the same route.",
  },
  {
    id: "server.methods",
    source: "RFC 9110, section 15.5.6",
    text: "Another method than a route's own is answered 405 with Allow; HEAD works where GET does.",
  },
  {
    id: "server.pipelined",
    text: "Of the requests that a client sends ahead on one connection a few are handled at once; the others wait, unread or in a bounded queue, and are answered in order.",
    source: "RFC 9112 section 9.3.2",
  },
  {
    id: "server.malformed",
    source: "RFC 9112, section 2.2",
    text: "What is no HTTP request is answered with a status and an error body, and never disturbs an answer under way.",
  },
  {
    id: "server.slow-clients",
    source: "Node.js documentation, server.headersTimeout and server.requestTimeout",
    text: "Headers and bodies that do not come in time are answered 408, idle connections closed.",
  },
  {
    id: "server.overload",
    source: "RFC 6585, section 4",
    text: "Beyond the limits requests get 429 with Retry-After at once, connections are closed, and both are counted.",
  },
  {
    id: "server.error-dialect",
    source: "OpenAI and Anthropic API references, errors",
    text: "Errors come in the body of the dialect that the path or the headers name, with x-should-retry.",
  },
  {
    id: "server.request-id",
    source: "OpenAI and Anthropic API references, request ids",
    text: "Every answer carries its id in the dialect's header, and the log the same id from RX to TX.",
  },
  {
    id: "server.stop-drains",
    source: "https://12factor.net/disposability",
    text: "When the bridge stops, running requests may end; what has not ended then gets the dialect's error, never a silent cut.",
  },
  {
    id: "server.stop-refuses",
    source: "RFC 9110, section 15.6.4",
    text: "While the bridge stops, new work gets 503 with Connection: close.",
  },
  {
    id: "server.cancel",
    source: "https://github.com/BerriAI/litellm/issues/37140",
    text: "A client that leaves in any phase, streamed or not, ends its turn within 250 ms and frees its slot once.",
  },
  {
    id: "server.models",
    source: "OpenAI and Anthropic API references, models",
    text: "/v1/models and /v1/models/{id} answer in the vendor's shape that the request's headers name.",
  },
  {
    id: "server.probes",
    source: "Kubernetes documentation, liveness and readiness probes",
    text: "/health is open and always well; /ready says whether a host can answer.",
  },
  {
    id: "server.metrics",
    source: "Prometheus documentation, metric and label naming",
    text: "/metrics counts requests, streams, errors, cancellations, bytes and tokens, times first byte and duration, and shows what is in flight, queued and attached.",
  },
  {
    id: "server.bounded-labels",
    source: "Prometheus documentation, metric and label naming",
    text: "No label takes its value from what a client sends.",
  },
  {
    id: "server.log-content",
    source: "OWASP Logging Cheat Sheet",
    text: "Prompts and answers are in the log only when asked for, and then in full at RX and TX.",
  },
  {
    id: "server.secrets",
    source: "https://github.com/BerriAI/litellm/issues/31620",
    text: "Keys, prompts, tool arguments and answers are in no log line, metric, header or error body.",
  },
  {
    id: "server.log-formats",
    source: "docs/quick-reference.md, The log",
    text: "The log is readable lines on a terminal, one plain printable line an entry elsewhere, or JSON, as `--log-format` says.",
  },
  {
    id: "server.log-to-host",
    source: "MCP 2025-11-25, Logging",
    text: "A host that sets a level gets the log as notifications of that level and above, without prompts and answers, until it leaves.",
  },
  {
    id: "server.log-names",
    source: "docs/quick-reference.md, The log",
    text: "The lines RX and TX of a request name its path, the host, the model and the name of its key.",
  },
  {
    id: "server.metrics-truth",
    source: "docs/quick-reference.md, Routes",
    text: "Metrics name no vendor on the bridge's own paths, tell tokens that a host counted from estimated ones, and name hosts and models with a bounded number of values.",
  },
  {
    id: "server.log-unread",
    source: "observed with Node.js 20.20: a pipe that nobody reads blocks synchronous writes",
    text: "A host that does not read stderr, or closes it, neither blocks nor ends the bridge.",
  },
  {
    id: "server.no-leak",
    source: "https://github.com/BerriAI/litellm/issues/12685",
    text: "Requests that were answered, failed or cut leave no memory behind.",
  },
  {
    id: "server.fuzz",
    source: "OWASP API Security Top 10 (2023), API8",
    text: "No malformed request crashes the bridge, gets a 5xx, silence or the wrong dialect.",
  },
  {
    id: "server.hostile-inputs",
    source: "docs/architecture.md, Work is bounded",
    text: "An input made to be expensive gets its answer, ends nothing and holds nobody up; what it costs grows with its bytes and no faster.",
  },
  {
    id: "server.last-resort",
    source: "docs/architecture.md, Nothing foreign ends the process",
    text: "An error that nobody awaits is logged and ends nothing; a storm of them ends the process with an exit code, so that it is started anew.",
  },
  {
    id: "server.schemas-checked",
    source: "JSON Schema draft 2020-12, meta-schemas",
    text: "A schema of a tool or of structured output that is no JSON Schema is a 400 that names the tool and the place, for every API and kind of host; what vendors take is taken.",
  },
  {
    id: "server.schemas-bounded",
    source: "CWE-1333, CWE-400",
    text: "Whatever a schema of a client asks for, checking against it ends in bounded time and memory and holds nobody up; what could not be checked is handed on with a notice.",
  },
  {
    id: "server.native-calls",
    source: "MCP 2025-11-25, Sampling with tools",
    text: "Calls of a host with tools of its own are passed on as they came; that one does not fit its tool is a notice, and never holds the answer back.",
  },
  {
    id: "server.arguments-nesting",
    source: "CWE-674",
    text: "Arguments of calls that nest too deep are a 400 that names the place where they come from the client, and the host's failure where they come from it.",
  },
] as const satisfies readonly Requirement[];
