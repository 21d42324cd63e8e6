import type { Requirement } from "./requirement.ts";

/** How an answer travels, whatever its dialect. */
export const stream = [
  {
    id: "stream.headers",
    source: "WHATWG HTML, section 9.2, and nginx documentation, X-Accel-Buffering",
    text: "A stream is text/event-stream, not cached, not buffered and not compressed.",
  },
  {
    id: "stream.verdict",
    source: "https://github.com/ericc-ch/copilot-api/issues/181",
    text: "What the host decides within the peek is answered with its real status.",
  },
  {
    id: "stream.first-frame",
    source: "https://github.com/anthropics/claude-code/issues/48501",
    text: "After the peek the headers and the first frame leave at once.",
  },
  {
    id: "stream.heartbeat",
    source: "observed with Claude Code 2.1.330, Codex CLI 0.169.0 and Qwen Code 0.24.4",
    text: "No silence on a stream is longer than ten seconds, for as long as the host thinks.",
  },
  {
    id: "stream.first-character",
    source: "the promise of this project",
    text: "The first character is out within 100 ms of the host's answer.",
  },
  {
    id: "stream.gathered",
    source: "https://github.com/vercel/ai/pull/9475",
    text: "Frames that are there together leave together, whole.",
  },
  {
    id: "stream.prompt",
    source: "Node.js documentation, writable.write",
    text: "Nothing that could leave waits for what comes later.",
  },
  {
    id: "stream.back-pressure",
    source: "https://github.com/vercel/ai/pull/9475",
    text: "A client that does not read costs bounded memory, and stops its source.",
  },
  {
    id: "stream.stalled",
    source: "Envoy documentation, configuring Envoy as an edge proxy",
    text: "A client that takes nothing for the time allowed is dropped and its turn cancelled.",
  },
  {
    id: "stream.others-served",
    source: "https://github.com/BerriAI/litellm/issues/36429",
    text: "Large answers, read, unread or cut, do not keep other requests waiting.",
  },
  {
    id: "stream.error-in-stream",
    source: "OpenAI and Anthropic API references, streaming errors",
    text: "A failure after the first byte is told in the dialect's error frame, after which the stream ends.",
  },
  {
    id: "stream.json-keep-alive",
    source: "observed with openai 7.57.0 and @anthropic-ai/sdk 1.12.0 on Node, and RFC 8259, section 2",
    text: "A plain reply that takes long commits its status and sends blanks until its JSON comes.",
  },
  {
    id: "stream.unit",
    source: "the promise of this project",
    text: "The unit of a replay is that of the request's header, else of the settings.",
  },
  {
    id: "stream.honest-headers",
    source: "the promise of this project",
    text: "Headers say that an answer is a replay, which model gave it, and what was not honoured.",
  },
] as const satisfies readonly Requirement[];
