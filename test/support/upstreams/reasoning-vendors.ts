/** Upstreams as their vendors run them: what a first turn with a call looks like, and what they say to a second without it. */
import { chunk, sse } from "./fake-upstream.ts";

type Body = Readonly<Record<string, unknown>>;
type Message = Readonly<Record<string, unknown>>;

export interface Vendor {
  readonly name: string;
  readonly flags: readonly string[];
  /** The first turn's stream. */
  readonly first: string;
  readonly second: string;
  isSecond(body: Body): boolean;
  /** The refusal of a body whose calls lack the reasoning that led to them. */
  fault(body: Body): unknown;
}

const THOUGHT = ["The file ", "must be read."];
const SIGNATURE = "EqQBCkYIBRgCKkC8+/=";
const ARGUMENTS = '{"path":"a.txt"}';
const SECOND = sse(chunk({ content: "It says " }), chunk({ content: "hello." }, "stop"), "[DONE]");

function messagesOf(body: Body): readonly Message[] {
  return body["messages"] as Message[];
}

/** A vendor with chat completions. `fault` looks at each message that has calls. */
function compatible(
  name: string,
  first: readonly object[],
  fault: (message: Message, index: number) => unknown,
): Vendor {
  return {
    name,
    flags: [],
    first: sse(...first, chunk({}, "tool_calls"), "[DONE]"),
    second: SECOND,
    isSecond: (body) => messagesOf(body).some(({ role }) => role === "tool"),
    fault(body) {
      for (const [index, message] of messagesOf(body).entries()) {
        const found = message["tool_calls"] === undefined ? undefined : fault(message, index);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

function call(id: string, more: object = {}): object {
  return chunk({
    tool_calls: [
      { index: 0, id, type: "function", function: { name: "read_file", arguments: ARGUMENTS }, ...more },
    ],
  });
}

const EXTRA = { google: { thought_signature: SIGNATURE } };
const DETAIL = { type: "reasoning.text", format: "anthropic-claude-v1", index: 0 };

function event(type: string, members: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}

function block(index: number, opened: object, ...deltas: readonly object[]): string {
  return (
    event("content_block_start", { index, content_block: opened }) +
    deltas.map((delta) => event("content_block_delta", { index, delta })).join("") +
    event("content_block_stop", { index })
  );
}

function message(stop: string, ...blocks: readonly string[]): string {
  return (
    event("message_start", { message: { model: "claude", usage: { input_tokens: 3, output_tokens: 1 } } }) +
    blocks.join("") +
    event("message_delta", { delta: { stop_reason: stop }, usage: { output_tokens: 9 } }) +
    event("message_stop", {})
  );
}

const THINKING = { type: "thinking", thinking: THOUGHT.join(""), signature: SIGNATURE };
const REDACTED = { type: "redacted_thinking", data: "EmwKAhgBEgy3va3pzix" };

export const VENDORS: readonly Vendor[] = [
  compatible(
    "DeepSeek",
    [
      ...THOUGHT.map((text) => chunk({ content: null, reasoning_content: text })),
      chunk({ content: "Reading.", reasoning_content: null }),
      call("call_00_Zb4Yk1w8QyT2mN5x"),
    ],
    ({ reasoning_content: reasoning, content }) =>
      reasoning === THOUGHT.join("") && (content === "Reading." || content === null)
        ? undefined
        : {
            error: {
              message: "The `reasoning_content` in the thinking mode must be passed back to the API.",
              type: "invalid_request_error",
              param: null,
              code: "invalid_request_error",
            },
          },
  ),
  compatible(
    "Kimi",
    [...THOUGHT.map((text) => chunk({ reasoning_content: text })), call("functions.read_file:0")],
    ({ reasoning_content: reasoning }, index) =>
      reasoning === THOUGHT.join("")
        ? undefined
        : {
            error: {
              message: `thinking is enabled but reasoning_content is missing in assistant tool call message at index ${index}`,
              type: "invalid_request_error",
            },
          },
  ),
  compatible(
    "Gemini",
    [call("function-call-14036541937398163042", { extra_content: EXTRA })],
    ({ tool_calls: calls }) =>
      JSON.stringify((calls as { extra_content?: object }[])[0]?.extra_content) === JSON.stringify(EXTRA)
        ? undefined
        : [
            {
              error: {
                code: 400,
                message:
                  "Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance.",
                status: "INVALID_ARGUMENT",
              },
            },
          ],
  ),
  compatible(
    "OpenRouter",
    [
      ...THOUGHT.map((text) => chunk({ reasoning: text, reasoning_details: [{ ...DETAIL, text }] })),
      chunk({ reasoning_details: [{ ...DETAIL, signature: SIGNATURE }] }),
      call("toolu_01A09q90qw90lq917835lq9"),
    ],
    ({ reasoning_details: details }) => {
      const [only, ...others] = (details ?? []) as { text?: string; signature?: string }[];
      return others.length === 0 && only?.text === THOUGHT.join("") && only.signature === SIGNATURE
        ? undefined
        : { error: { message: "Provider returned error", code: 400 } };
    },
  ),
  {
    name: "Anthropic",
    flags: ["--api", "anthropic"],
    first: message(
      "tool_use",
      block(
        0,
        { type: "thinking", thinking: "", signature: "" },
        ...THOUGHT.map((thinking) => ({ type: "thinking_delta", thinking })),
        { type: "signature_delta", signature: SIGNATURE },
      ),
      block(1, REDACTED),
      block(2, { type: "text", text: "" }, { type: "text_delta", text: "Reading." }),
      block(
        3,
        { type: "tool_use", id: "toolu_01A09q90qw90lq917835lq9", name: "read_file", input: {} },
        { type: "input_json_delta", partial_json: ARGUMENTS },
      ),
    ),
    second: message(
      "end_turn",
      block(0, { type: "text", text: "" }, { type: "text_delta", text: "It says hello." }),
    ),
    isSecond: (body) => messagesOf(body).length > 1,
    fault(body) {
      for (const [index, { role, content }] of messagesOf(body).entries()) {
        if (role !== "assistant") continue;
        const [first, second] = content as object[];
        const came = [first, second].map((each) => JSON.stringify(sorted(each ?? {})));
        const wanted = [THINKING, REDACTED].map((each) => JSON.stringify(sorted(each)));
        if (came.join() === wanted.join()) continue;
        const words = `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`tool_use\`.`;
        return { type: "error", error: { type: "invalid_request_error", message: words } };
      }
      return undefined;
    },
  },
];

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).toSorted(([one], [other]) => one.localeCompare(other)));
}
