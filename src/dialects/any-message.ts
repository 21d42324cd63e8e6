/** Messages as chat completions write them, also in requests to the other APIs: calls, results and names stand beside the content. */
import * as z from "zod";
import { BridgeError } from "../turn/error.ts";
import type { MediaPart, Message, Part, TextPart } from "../turn/message.ts";
import type { Notice } from "../turn/notice.ts";
import { anyContent, type Content } from "./any-part.ts";
import { callArguments } from "./call-arguments.ts";
import { wrapCustom } from "./custom-tool.ts";
import { MOST } from "./limits.ts";
import { id, jsonObject, list, name } from "./shapes.ts";

/** Arguments are JSON text; some clients send the object itself. */
const statedArguments = z
  .union([z.string(), jsonObject.transform((value) => JSON.stringify(value))])
  .nullish();

const calledFunction = z.object({ name, arguments: statedArguments });

const toolCall = z.object({
  id: id.nullish(),
  type: name.nullish(),
  function: calledFunction.nullish(),
  custom: z.object({ name, input: z.string().nullish() }).nullish(),
  extra_content: z
    .object({ google: z.object({ thought_signature: z.string().nullish() }).nullish() })
    .nullish()
    .catch(undefined),
});

export const anyMessage = z.object({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content: anyContent.nullish(),
  refusal: z.string().nullish(),
  name: name.nullish(),
  tool_calls: list(toolCall, MOST.parts).nullish(),
  function_call: calledFunction.nullish(),
  tool_call_id: id.nullish(),
  /** An answer that was spoken; the vendor has it. */
  audio: z.unknown().optional(),
});

type AnyMessage = z.output<typeof anyMessage>;

/** Calls of the form before tools have no ids: the results of a function belong to its calls in their order. */
export class LegacyIds {
  readonly #calls = new Map<string, number>();
  readonly #results = new Map<string, number>();

  ofCall(name: string): string {
    return next(this.#calls, name);
  }

  ofResult(name: string): string {
    return next(this.#results, name);
  }
}

function next(counts: Map<string, number>, name: string): string {
  const count = counts.get(name) ?? 0;
  counts.set(name, count + 1);
  return count === 0 ? name : `${name}-${count + 1}`;
}

/** How the messages of a request are read, and what that collects. */
export interface MessageReading {
  /** The parts of a content, which each API reads in its own way. */
  readonly content: (content: Content, at: string) => Part[];
  readonly legacy: LegacyIds;
  readonly notices: Notice[];
}

/**
 * The message in neutral form.
 *
 * @throws BridgeError as the reading of its content does, and `invalid_request` for a result that holds more than text and media.
 */
export function readMessage(message: AnyMessage, at: string, reading: MessageReading): Message {
  const { legacy } = reading;
  const parts = reading.content(message.content, `${at}.content`);
  if (message.audio !== null && message.audio !== undefined && parts.length === 0) throw notHeld(at);
  if (typeof message.refusal === "string" && message.refusal !== "" && parts.length === 0) {
    parts.push({ type: "text", text: message.refusal });
  }
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", parts: withName(parts, message.name) };
    case "user":
      return { role: "user", parts: withName(parts, message.name) };
    case "assistant":
      return {
        role: "assistant",
        parts: withReasoning(withName(parts, message.name), readCalls(message, at, legacy)),
      };
    case "tool":
    case "function": {
      const callId = message.tool_call_id ?? legacy.ofResult(message.name ?? "");
      const content = plainOf(parts, `${at}.content`);
      return { role: "user", parts: [{ type: "tool-result", callId, content, isError: false }] };
    }
    default:
      return message.role satisfies never;
  }
}

function notHeld(at: string): BridgeError {
  const param = `${at}.audio`;
  return new BridgeError(
    "unsupported_feature",
    `${param}: only the vendor has what was spoken there; send what was said as text.`,
    { param },
  );
}

/** Several people may speak in one role: who it is stands before the words, as in a play. */
function withName(parts: Part[], name: string | null | undefined): Part[] {
  const [first, ...others] = parts;
  if (name === null || name === undefined || name === "" || first === undefined) return parts;
  return first.type === "text"
    ? [{ type: "text", text: `${name}: ${first.text}` }, ...others]
    : [{ type: "text", text: `${name}:` }, ...parts];
}

/** What a model thought before its text and its first call begins the message. */
function withReasoning(text: readonly Part[], calls: readonly Part[]): Part[] {
  const first = calls.findIndex((part) => part.type !== "reasoning");
  return [...calls.slice(0, Math.max(first, 0)), ...text, ...calls.slice(Math.max(first, 0))];
}

function readCalls(
  { tool_calls: calls, function_call: call }: AnyMessage,
  at: string,
  legacy: LegacyIds,
): Part[] {
  const parts: Part[] = [];
  for (const [index, { id, function: called, custom, extra_content: extra }] of (calls ?? []).entries()) {
    const signatures = (extra?.google?.thought_signature ?? "").split(" ").filter((each) => each !== "");
    for (const signature of signatures) parts.push({ type: "reasoning", text: "", signature });
    if (called !== null && called !== undefined) {
      const input = callArguments(called.arguments, `${at}.tool_calls.${index}.function.arguments`);
      parts.push({ type: "tool-call", id: id ?? "", name: called.name, input });
    } else if (custom !== null && custom !== undefined) {
      const input = wrapCustom(custom.input ?? "");
      parts.push({ type: "tool-call", id: id ?? "", name: custom.name, input });
    }
  }
  if (call !== null && call !== undefined) {
    const callId = legacy.ofCall(call.name);
    const input = callArguments(call.arguments, `${at}.function_call.arguments`);
    parts.push({ type: "tool-call", id: callId, name: call.name, input });
  }
  return parts;
}

/** Of parts only those that a result of a tool can hold. @throws BridgeError `invalid_request` for others. */
export function plainOf(parts: readonly Part[], at: string): (TextPart | MediaPart)[] {
  return parts.map((part) => {
    if (part.type === "text" || part.type === "image" || part.type === "audio") return part;
    throw new BridgeError("invalid_request", `${at}: a result of a tool holds text and media only.`, {
      param: at,
    });
  });
}
