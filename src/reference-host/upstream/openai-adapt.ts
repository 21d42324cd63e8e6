/** What servers that speak chat completions are known to refuse. */
import { renamed, without, type Adaptation } from "./adapt.ts";
import type { Body } from "./upstream.ts";

const REFUSES =
  "unsupported|not support|unknown|unrecogni|unexpected|not allow|not permit|only .{0,30}(?:allowed|supported)|extra|invalid|deprecated|does not|only the default|cannot|instead|not available|not valid";

/** A field that is named in a sentence which refuses it, in either order. */
function refusing(field: string): RegExp {
  // Bound: the characters looked at.
  return new RegExp(`(?:${field})[^]*(?:${REFUSES})|(?:${REFUSES})[^]*(?:${field})`, "i");
}

const REASONING_MEMBERS = ["reasoning_content", "reasoning", "reasoning_details"];
/** What stands for reasoning that is not known any more. */
const NO_REASONING = ".";
/** Google's own word for a call whose signature is not known (ai.google.dev, "Thought signatures", FAQ). */
const NO_SIGNATURE = "skip_thought_signature_validator";

export const openaiAdaptations: readonly Adaptation[] = [
  {
    name: "reasoning-filled",
    // Bound: the characters looked at.
    refusal: /reasoning_content.{0,80}(?:passed back|missing|required)|missing.{0,40}reasoning_content/i,
    change: (body) =>
      forMessages(body, (message) =>
        message["tool_calls"] === undefined || typeof message["reasoning_content"] === "string"
          ? undefined
          : { ...message, reasoning_content: NO_REASONING },
      ),
    lasting: true,
  },
  {
    name: "signatures-filled",
    refusal: /thought_signature/i,
    change: (body) =>
      forMessages(body, (message) => {
        const calls = message["tool_calls"] as Body[] | undefined;
        if (calls === undefined || calls.every((call) => call["extra_content"] !== undefined))
          return undefined;
        const filled = calls.map((call) => ({
          extra_content: { google: { thought_signature: NO_SIGNATURE } },
          ...call,
        }));
        return { ...message, tool_calls: filled };
      }),
    lasting: true,
  },
  {
    name: "reasoning-left-out",
    refusal: refusing("reasoning_content|reasoning_details|'reasoning'|\\breasoning\\b(?!.effort)"),
    change: (body) =>
      forMessages(body, (message) =>
        REASONING_MEMBERS.every((member) => message[member] === undefined)
          ? undefined
          : Object.fromEntries(Object.entries(message).filter(([name]) => !REASONING_MEMBERS.includes(name))),
      ),
    lasting: true,
  },
  {
    name: "stream_options",
    refusal: refusing("stream_options|include_usage"),
    change: without("stream_options"),
    lasting: true,
  },
  {
    name: "max_completion_tokens",
    refusal: refusing("max_completion_tokens"),
    change: renamed("max_tokens", "max_completion_tokens"),
    lasting: true,
  },
  {
    name: "max_tokens",
    refusal: refusing("max_completion_tokens"),
    change: renamed("max_completion_tokens", "max_tokens"),
    lasting: true,
  },
  {
    name: "temperature",
    refusal: refusing("temperature"),
    change: without("temperature"),
    lasting: true,
  },
  { name: "stop", refusal: refusing("\\bstop\\b"), change: without("stop"), lasting: true },
  { name: "tool_choice", refusal: refusing("tool.?choice"), change: without("tool_choice"), lasting: true },
  {
    name: "reasoning_effort",
    refusal: refusing("reasoning.?effort|thinking|\\bthink\\b"),
    change: without("reasoning_effort"),
    lasting: true,
  },
  {
    name: "content-text",
    refusal:
      // Bound: the characters looked at.
      /\bcontent\b.{0,120}(?:null|none\b|valid string|should be a (?:valid )?string|must be a string|required|expected (?:a )?string)/i,
    change: (body) => forMessages(body, withPlainContent),
    lasting: true,
  },
];

/** Strict servers take content as text alone. */
function withPlainContent(message: Body): Body | undefined {
  const { content } = message;
  if (content === null) return { ...message, content: "" };
  if (!Array.isArray(content)) return undefined;
  const parts = content as readonly { readonly type?: unknown; readonly text?: unknown }[];
  if (!parts.every(({ type }) => type === "text")) return undefined;
  return { ...message, content: parts.map(({ text }) => String(text)).join("\n\n") };
}

/** `undefined` when no message changes. */
function forMessages(body: Body, change: (message: Body) => Body | undefined): Body | undefined {
  const messages = body["messages"] as readonly Body[];
  const changed = messages.map(change);
  if (changed.every((message) => message === undefined)) return undefined;
  return { ...body, messages: messages.map((message, index) => changed[index] ?? message) };
}
