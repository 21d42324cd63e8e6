/** Messages of chat completions, also in requests to the other APIs: calls, results and names are beside the content. */
import * as z from "zod";
import { BridgeError } from "../turn/error.ts";
import type { MediaPart, Message, Part, TextPart } from "../turn/message.ts";
import type { Notice } from "../turn/notice.ts";
import { readPart } from "./any-part.ts";
import { anyContent, type Content } from "./plain-part.ts";
import { callArguments } from "./call-arguments.ts";
import { wrapCustom } from "./custom-tool.ts";
import { MOST } from "./limits.ts";
import { id, jsonObject, list, name, typedObject, type JsonObject } from "./shapes.ts";
import { validate } from "./validate.ts";

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

/** Roles of other vendors and of frameworks. */
const ROLES: ReadonlyMap<unknown, string> = new Map([
  ["human", "user"],
  ["ai", "assistant"],
  ["model", "assistant"],
]);

const thought = z.string().nullish().catch(undefined);

const anyMessage = z.object({
  role: z.preprocess(
    (role) => ROLES.get(role) ?? role,
    z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  ),
  content: anyContent.nullish(),
  /** The content as Gemini and some frameworks send it. */
  parts: anyContent.nullish(),
  refusal: z.string().nullish(),
  name: name.nullish(),
  tool_calls: list(toolCall, MOST.parts).nullish(),
  function_call: calledFunction.nullish(),
  tool_call_id: id.nullish(),
  thinking_blocks: list(typedObject, MOST.parts).nullish(),
  /** Reasoning as servers of open models send it, without a signature. */
  reasoning_content: thought,
  reasoning: thought,
  reasoning_details: list(z.object({ text: z.string().nullish() }), MOST.parts)
    .nullish()
    .catch(undefined),
  /** A spoken answer, which only the vendor has. */
  audio: z.unknown().optional(),
});

type AnyMessage = z.output<typeof anyMessage>;

/** The ids of calls: calls of the older `function_call` form have none, and some results have only the name of their call, or nothing. */
export class CallIds {
  readonly #counts = new Map<string, number>();
  /** The calls of each name, and under no name all calls, in order; `next` is the first that may lack a result. */
  readonly #calls = new Map<string, { readonly ids: string[]; next: number }>();
  readonly #known = new Set<string>();
  readonly #answered = new Set<string>();

  /** Records a call and returns its id. */
  called(name: string, id: string): string {
    this.#known.add(id);
    for (const key of [name, ""]) {
      const queue = this.#calls.get(key);
      if (queue === undefined) this.#calls.set(key, { ids: [id], next: 0 });
      else queue.ids.push(id);
    }
    return id;
  }

  /** An id for a call without one. */
  mint(name: string): string {
    const count = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, count);
    return this.called(name, count === 1 ? name : `${name}-${count}`);
  }

  answered(id: string): string {
    this.#answered.add(id);
    return id;
  }

  /** The call of a result whose id may be that of the result itself: the call with that id, else the first with its name. */
  resultOf(name: string, id: string): string {
    if (this.#known.has(id)) return this.answered(id);
    const found = this.ofResult(name);
    return found === name && id !== "" && !this.#known.has(name) ? id : found;
  }

  /** The call of a result without an id: the first call without a result, of its name if it has one. */
  ofResult(name: string): string {
    const queue = this.#calls.get(name) ?? { ids: [], next: 0 };
    while (queue.next < queue.ids.length) {
      const id = queue.ids[queue.next++] ?? "";
      if (!this.#answered.has(id)) return this.answered(id);
    }
    return name;
  }
}

/** How the messages of a request are read, and the data collected from them. */
export interface MessageReading {
  /** Reads the parts of a content, in each API's own way. */
  readonly content: (content: Content, at: string) => Part[];
  readonly ids: CallIds;
  readonly notices: Notice[];
}

/**
 * The message in neutral form.
 *
 * @throws BridgeError as the reading of its content does, and `invalid_request` for a value that is not a message,
 *   for a result with more than text and media, and for content in a member that no API has.
 */
export function readMessage(item: JsonObject, at: string, reading: MessageReading): Message {
  const message = validate(anyMessage, item, at);
  if (isBlank(message.content) && isBlank(message.parts)) refuseMisplaced(item, at);
  const { ids } = reading;
  const stated = message.content ?? message.parts;
  const parts = reading.content(stated, message.content === stated ? `${at}.content` : `${at}.parts`);
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
    case "assistant": {
      const calls = readCalls(message, at, ids);
      const thoughts = readThinking(
        message,
        at,
        reading,
        calls.some(({ type }) => type === "reasoning"),
      );
      return {
        role: "assistant",
        parts: withReasoning(withName(parts, message.name), [...thoughts, ...calls]),
      };
    }
    case "tool":
    case "function": {
      const stated = message.tool_call_id ?? "";
      const callId = stated === "" ? ids.ofResult(message.name ?? "") : ids.answered(stated);
      const content = plainOf(parts, `${at}.content`);
      return { role: "user", parts: [{ type: "tool-result", callId, content, isError: false }] };
    }
    default:
      return message.role satisfies never;
  }
}

/** Members in which frameworks and people put the content of a message. */
const MISPLACED = [
  "text",
  "message",
  "value",
  "body",
  "output",
  "result",
  "response",
  "input",
  "prompt",
  "contents",
];

function isBlank(content: unknown): boolean {
  return (
    content === undefined ||
    content === null ||
    content === "" ||
    (Array.isArray(content) && content.length === 0)
  );
}

function refuseMisplaced(item: JsonObject, at: string): void {
  const member = MISPLACED.find((name) => !isBlank(item[name]));
  if (member === undefined) return;
  const param = `${at}.${member}`;
  throw new BridgeError(
    "invalid_request",
    `${param}: a message has no such member; put its text into content.`,
    { param },
  );
}

function notHeld(at: string): BridgeError {
  const param = `${at}.audio`;
  return new BridgeError(
    "unsupported_feature",
    `${param}: only the vendor has this audio; send it as text.`,
    { param },
  );
}

/** Several people may speak in one role: the name is put before the text. */
function withName(parts: Part[], name: string | null | undefined): Part[] {
  const [first, ...others] = parts;
  if (name === null || name === undefined || name === "" || first === undefined) return parts;
  return first.type === "text"
    ? [{ type: "text", text: `${name}: ${first.text}` }, ...others]
    : [{ type: "text", text: `${name}:` }, ...parts];
}

/** Reasoning comes before the text and the first call of a message. */
function withReasoning(text: readonly Part[], calls: readonly Part[]): Part[] {
  const first = calls.findIndex((part) => part.type !== "reasoning");
  const place = first === -1 ? calls.length : first;
  return [...calls.slice(0, place), ...text, ...calls.slice(place)];
}

function readCalls({ tool_calls: calls, function_call: call }: AnyMessage, at: string, ids: CallIds): Part[] {
  const parts: Part[] = [];
  for (const [index, { id: stated, function: called, custom, extra_content: extra }] of (
    calls ?? []
  ).entries()) {
    const id = idOf(stated, called?.name ?? custom?.name, ids);
    const signatures = (extra?.google?.thought_signature ?? "").split(" ").filter((each) => each !== "");
    for (const signature of signatures) parts.push({ type: "reasoning", text: "", signature });
    if (called !== null && called !== undefined) {
      const input = callArguments(called.arguments, `${at}.tool_calls.${index}.function.arguments`);
      parts.push({ type: "tool-call", id, name: called.name, input });
    } else if (custom !== null && custom !== undefined) {
      const input = wrapCustom(custom.input ?? "");
      parts.push({ type: "tool-call", id, name: custom.name, input });
    }
  }
  if (call !== null && call !== undefined) {
    const callId = ids.mint(call.name);
    const input = callArguments(call.arguments, `${at}.function_call.arguments`);
    parts.push({ type: "tool-call", id: callId, name: call.name, input });
  }
  return parts;
}

function idOf(stated: string | null | undefined, name: string | undefined, ids: CallIds): string {
  if (name === undefined) return "";
  if (stated === null || stated === undefined || stated === "") return ids.mint(name);
  return ids.called(name, stated);
}

/** The reasoning beside the content. Where the calls carry it `sealed`, or there are reasoning blocks, the plain text is redundant. */
function readThinking(message: AnyMessage, at: string, { notices }: MessageReading, sealed: boolean): Part[] {
  const { thinking_blocks: blocks, reasoning_details: details } = message;
  if ((blocks ?? []).length === 0 && !sealed) {
    const pieces = (details ?? []).map((piece) => piece.text ?? "").join("");
    const text = [message.reasoning_content, message.reasoning, pieces].find((each) => !isBlank(each)) ?? "";
    return text === "" ? [] : [{ type: "reasoning", text }];
  }
  return (blocks ?? []).flatMap((block, index) => readPart(block, `${at}.thinking_blocks.${index}`, notices));
}

/** Checks that a part may be in a tool result. @throws BridgeError `invalid_request` for others. */
export function plainOf(parts: readonly Part[], at: string): (TextPart | MediaPart)[] {
  return parts.map((part) => {
    if (part.type === "text" || part.type === "image" || part.type === "audio") return part;
    throw new BridgeError("invalid_request", `${at}: a tool result may contain text and media only.`, {
      param: at,
    });
  });
}
