/**
 * Input items of the Responses API: calls, results and reasoning beside the messages (OpenAI API reference, "Create a
 * model response", `input`). Some clients send them to the other APIs, or send messages and parts of the other APIs here.
 */
import * as z from "zod";
import type { Message, Part } from "../turn/message.ts";
import { readMessage, type MessageReading } from "./any-message.ts";
import { readPart } from "./any-part.ts";
import { anyContent, readPlain, type TypedPart } from "./plain-part.ts";
import { flatName } from "./any-tool.ts";
import { callArguments } from "./call-arguments.ts";
import { wrapCustom } from "./custom-tool.ts";
import { MOST } from "./limits.ts";
import { id, jsonObject, list, name, type JsonObject } from "./shapes.ts";
import { validate } from "./validate.ts";
import { readVendorItem } from "./vendor-items.ts";

/** An input item as received; a message may have no type. */
export type Item = JsonObject & { readonly type?: string | null; readonly id?: string | null };

const itemHead = z.object({ type: name.nullish(), id: id.nullish() });

export const anyItem = jsonObject.superRefine((value, context) => {
  for (const issue of itemHead.safeParse(value).error?.issues ?? []) context.issues.push(issue as never);
}) as unknown as z.ZodType<Item>;

/** Arguments are JSON text; some clients send the object itself. */
const called = { call_id: id, name, namespace: name.nullish() };

const thoughts = list(z.object({ text: z.string().nullish() }), MOST.parts)
  .nullish()
  .catch(undefined);

const SHAPES = {
  call: z.object({ ...called, arguments: z.union([z.string(), jsonObject]).nullish() }),
  customCall: z.object({ ...called, input: z.string().nullish() }),
  output: z.object({
    call_id: id,
    output: z.union([anyContent, jsonObject]).nullish(),
    status: z.string().nullish(),
  }),
  reasoning: z.object({
    summary: thoughts,
    content: thoughts,
    encrypted_content: z.string().nullish().catch(undefined),
  }),
} as const;

/**
 * The messages that an item stands for.
 *
 * @throws BridgeError as `readMessage` and `readPart` do.
 */
export function readItem(item: Item, at: string, reading: MessageReading): readonly Message[] {
  switch (item.type) {
    case undefined:
    case null:
    case "message":
      return [readMessage(item, at, reading)];
    case "function_call": {
      const call = validate(SHAPES.call, item, at);
      const { arguments: stated } = call;
      const json = typeof stated === "object" && stated !== null ? JSON.stringify(stated) : stated;
      return [assistant([toolCall(call, callArguments(json, `${at}.arguments`))])];
    }
    case "custom_tool_call": {
      const call = validate(SHAPES.customCall, item, at);
      return [assistant([toolCall(call, wrapCustom(call.input ?? ""))])];
    }
    case "function_call_output":
    case "custom_tool_call_output": {
      const { call_id: callId, output, status } = validate(SHAPES.output, item, at);
      const plain = Array.isArray(output) || typeof output !== "object" || output === null;
      const content = readPlain(plain ? output : JSON.stringify(output), `${at}.output`, reading.notices);
      return [user([{ type: "tool-result", callId, content, isError: status === "incomplete" }])];
    }
    case "reasoning": {
      const { summary, content, encrypted_content: signature } = validate(SHAPES.reasoning, item, at);
      const text = [...(summary ?? []), ...(content ?? [])].map((part) => part.text ?? "").join("\n\n");
      const signed = typeof signature === "string" && signature !== "";
      return signed || text !== ""
        ? [assistant([{ type: "reasoning", text, ...(signed && { signature }) }])]
        : [];
    }
    default:
      return readOtherItem(item as Item & TypedPart, at, reading);
  }
}

function toolCall(call: z.output<typeof SHAPES.customCall>, input: string): Part {
  return { type: "tool-call", id: call.call_id, name: flatName(call.name, call.namespace), input };
}

/** Items of the vendor's tools, and messages and parts that other APIs and careless clients send as items. */
function readOtherItem(item: Item & TypedPart, at: string, reading: MessageReading): readonly Message[] {
  const ofVendor = readVendorItem(item, at);
  if (ofVendor !== undefined) return ofVendor;
  if (typeof item["role"] === "string") {
    return [readMessage(item, at, reading)];
  }
  const parts = readPart(item, at, reading.notices);
  return [FROM_MODEL.has(item.type) ? assistant(parts) : user(parts)];
}

/** Kinds of parts that only a model writes. */
const FROM_MODEL: ReadonlySet<string> = new Set([
  "output_text",
  "refusal",
  "summary_text",
  "tool_use",
  "server_tool_use",
  "thinking",
  "redacted_thinking",
]);

export function assistant(parts: Part[]): Message {
  return { role: "assistant", parts };
}

export function user(parts: Part[]): Message {
  return { role: "user", parts };
}
