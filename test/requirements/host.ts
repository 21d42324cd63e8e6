import type { Requirement } from "./requirement.ts";

const SAMPLING = "MCP 2025-11-25, Client features, Sampling";
const TASKS = "MCP 2025-11-25, Utilities, Tasks";
const STDIO = "MCP 2025-11-25, Transports, stdio";
const VSCODE = "observed with VS Code 1.139";
const SDK1 = "observed with @modelcontextprotocol/sdk 1.32";
const SDK2 = "observed with @modelcontextprotocol/client 2.4";
const OURS = "what the bridge promises to its users";

export const host = [
  {
    id: "host.progress-race",
    source: "typescript-sdk issue 2580",
    text: "Progress that arrives in one read with the result is not lost.",
  },
  {
    id: "host.request-ids",
    source: VSCODE,
    text: "Our request ids are strings that no host uses itself, in requests, in `notifications/cancelled` and as progress tokens.",
  },
  {
    id: "host.lenient-results",
    source: "observed with hosts in use",
    text: "An answer may hold one block, several or a bare text, and may lack model, role and stopReason or have null there.",
  },
  {
    id: "host.refused-as-result",
    source: "observed with GitHub Copilot CLI 1.0.102",
    text: "A result whose stop reason says that it was cancelled or refused is a refusal, not an answer; one that says error is a failure.",
  },
  {
    id: "host.no-more-than-taken",
    source: "observed with pi-mcp-adapter, mcp-agent and hosts on the Go and Java SDKs",
    text: "Stop sequences go only to hosts known to honour them, several blocks in a message only to hosts with tools; `modelPreferences` is there for all but a host that fails over it.",
  },
  {
    id: "host.place-kept",
    source: OURS,
    text: "Where a host cannot be cancelled, its place stays taken until its answer comes or five minutes have passed.",
  },
  {
    id: "host.bad-results",
    source: OURS,
    text: "A result that is not a sampling result, null included, fails its request at once.",
  },
  {
    id: "host.line-cap-out",
    source: SDK1,
    text: "A request too long for the host's 10 MiB line is refused with 413 before it is sent, and the connection survives.",
  },
  {
    id: "host.line-cap-in",
    source: OURS,
    text: "An answer above 10 MiB is accepted; a line above our own bound fails its request and the connection survives.",
  },
  {
    id: "host.linear-reading",
    source: "observed with @modelcontextprotocol/server 2.4",
    text: "Reading a line takes time linear to its length however it is chunked.",
  },
  {
    id: "host.slow-reader",
    source: "observed with @modelcontextprotocol/server 2.4",
    text: "Many large requests waiting for a host that reads slowly bring no warning and no loss.",
  },
  {
    id: "host.tolerant-stdin",
    source: STDIO,
    text: "Garbage, blank lines, CRLF, partial lines and several messages in one read do not end the connection.",
  },
  {
    id: "host.unknown-answers",
    source: "JSON-RPC 2.0, section 5",
    text: "Answers that come twice, late or to no request are dropped with one warning.",
  },
  { id: "host.stdout-purity", source: STDIO, text: "Every line on stdout is one JSON-RPC message." },
  {
    id: "host.exit-on-eof",
    source: "MCP 2025-11-25, Lifecycle, Shutdown",
    text: "The process exits within 2 s of the end of stdin, also with requests waiting.",
  },
  {
    id: "host.killed",
    source: OURS,
    text: "The clients of a host that is killed have their errors within a second.",
  },
  {
    id: "host.bind-when-real",
    source: SDK2,
    text: "A process that is only asked `server/discover` never opens the port.",
  },
  {
    id: "host.discover-fallback",
    source: SDK2,
    text: "A host that prefers the 2026-07-28 revision falls back to the legacy era and samples.",
  },
  {
    id: "host.before-initialized",
    source: VSCODE,
    text: "Requests between `initialize` and `notifications/initialized`, `logging/setLevel` among them, do no harm.",
  },
  {
    id: "host.no-sampling",
    source: SAMPLING,
    text: "A host without the sampling capability is never asked; clients get 503 and are told why.",
  },
  {
    id: "host.time-limit",
    source: SDK1,
    text: "Only our own time limit applies to an answer, and it may be none.",
  },
  { id: "host.concurrent", source: OURS, text: "Requests run at the host concurrently up to the limit." },
  {
    id: "host.task",
    source: TASKS,
    text: "Where the host declares sampling tasks and their cancellation, a request is sent as a task and its result is fetched.",
  },
  {
    id: "host.task-direct-answer",
    source: "observed with hosts in use",
    text: "A host that declares tasks may answer directly all the same.",
  },
  {
    id: "host.task-errors",
    source: TASKS,
    text: "An error in the creation of a task, in its result, or a failed task is the request's error.",
  },
  {
    id: "host.task-cancel",
    source: TASKS,
    text: "A cancelled request is cancelled by `tasks/cancel` and not by `notifications/cancelled`, also when the task's id comes later.",
  },
  {
    id: "host.cancel-notification",
    source: "MCP 2025-11-25, Utilities, Cancellation",
    text: "Without tasks a cancelled request is cancelled by `notifications/cancelled` with our id.",
  },
  {
    id: "host.cancel-quirk",
    source: VSCODE,
    text: "Hosts that take the id of `notifications/cancelled` for one of their own, or read it only after their answer, are never sent it.",
  },
  {
    id: "host.cancel-in-time",
    source: OURS,
    text: "A client that leaves in any phase frees its slot and is cancelled at the host within 250 ms (p99).",
  },
  {
    id: "host.slot-until-answer",
    source: OURS,
    text: "A client that reads slowly keeps no place at a host that has answered.",
  },
  {
    id: "host.hook",
    source: OURS,
    text: "The tool `hook` reports progress at once and regularly, ends on cancel and when the bridge stops, and blocks nothing.",
  },
  {
    id: "host.status",
    source: OURS,
    text: "The tool `status` tells URL, uptime, requests, hosts, permission and the last error, without content.",
  },
  {
    id: "host.consent-waiting",
    source: VSCODE,
    text: "A first request that gets no answer soon is shown as waiting for consent, with words for that host.",
  },
  {
    id: "host.consent-denied",
    source: "MCP 2025-11-25, Sampling, Error handling; observed with VS Code 1.139",
    text: "A refusal, by code -1 or by its words, is a refusal of the dialect with the host's next step.",
  },
  {
    id: "host.transient",
    source: "observed with VS Code 1.140, which tells every failure of a model's service as -32603",
    text: "The first failure of a request that may have passed by itself is worth a retry, before the first byte and inside a stream; the same request failing again within a minute is not. The bridge never asks a second time.",
  },
  {
    id: "host.error-line",
    source: VSCODE,
    text: "Of a host's error only the first line, or a list of faults as one line, goes out: without addresses, paths and keys.",
  },
  {
    id: "host.error-kinds",
    source: "Copilot's texts, read in VS Code 1.139",
    text: "Rate limits, quotas and prompts that are too long are told as such.",
  },
  {
    id: "host.error-as-text",
    source: "observed with fast-agent",
    text: "An error that a host sends as an ordinary answer is an error.",
  },
  {
    id: "host.gone",
    source: OURS,
    text: "When a host fails or goes, every waiting client gets its dialect's error within a second, streaming or not.",
  },
  {
    id: "host.restart",
    source: OURS,
    text: "When a host is back the next request works, and answers of the old connection reach nobody.",
  },
  {
    id: "host.mapping",
    source: SAMPLING,
    text: "System prompt, turns, model hints, the three priorities, token limit, temperature and stop sequences reach the host; includeContext and metadata are not sent.",
  },
  {
    id: "host.content-arrays",
    source: SAMPLING,
    text: "Several blocks share a message only from revision 2025-11-25 on, and not with hosts that read one.",
  },
  {
    id: "host.first-block",
    source: "observed with goose",
    text: "Neighbouring texts of a message are one block.",
  },
  {
    id: "host.empty-conversation",
    source: "observed with Copilot in VS Code 1.139",
    text: "A request is never sent without a message.",
  },
  {
    id: "host.media",
    source: "observed with VS Code 1.139 and goose",
    text: "Images or audio for a host that is known to drop them are refused by name.",
  },
  {
    id: "host.deltas",
    source: "MCP 2025-11-25, Utilities, Progress",
    text: "Pieces of a cooperating host pass through as they come, and the final answer completes them.",
  },
  {
    id: "host.call-deltas",
    source: "docs/streaming-extension.md",
    text: "Pieces of tool calls and of reasoning pass through as they come, and the final answer completes the calls.",
  },
  {
    id: "host.usage",
    source: "docs/streaming-extension.md",
    text: "Token counts that a host gives with its answer are told as they are; others are estimates.",
  },
  {
    id: "host.delta-mismatch",
    source: "docs/streaming-extension.md",
    text: "An answer that contradicts the pieces before it ends with an error and never looks complete.",
  },
  {
    id: "host.delta-order",
    source: "docs/streaming-extension.md",
    text: "Pieces are taken in order; a gap ends the streaming and not the answer; a slow reader costs bounded memory.",
  },
  {
    id: "host.delta-forms",
    source: "docs/streaming-extension.md",
    text: "Deltas travel as progress in the legacy era and as a notification of ours in the modern one; unknown kinds are ignored.",
  },
  {
    id: "host.delta-batches",
    source: "docs/streaming-extension.md",
    text: "A message may bring several deltas, which count one by one; our host sends what its model writes in one go as one message, in order and before the answer.",
  },
  {
    id: "host.delta-version",
    source: "docs/streaming-extension.md",
    text: "Streaming is asked for only of hosts that declare the extension in a version we speak.",
  },
] as const satisfies readonly Requirement[];
