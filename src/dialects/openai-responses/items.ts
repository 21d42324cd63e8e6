/** Input items to messages: calls and results are items of their own here, and parts of messages with us. */
import type { Message, Part } from "../../turn/message.ts";
import type { Notice } from "../../turn/notice.ts";
import { anyMessage, LegacyIds, readMessage } from "../any-message.ts";
import { partsIn, readPart, readPlain, type TypedPart } from "../any-part.ts";
import { appendAll } from "../append-all.ts";
import { callArguments } from "../call-arguments.ts";
import { wrapCustom } from "../custom-tool.ts";
import { validate } from "../validate.ts";
import { readClientItem } from "./client-tools.ts";
import { readCompaction } from "./compaction.ts";
import { items, type Item } from "./schema.ts";
import { flatName } from "./tools.ts";
import { readVendorItem } from "./vendor-items.ts";

/** @throws BridgeError as `readMessage` and `readPart`. Neighbouring items of one role become one message. */
export function decodeItems(source: readonly Item[], notices: Notice[]): Message[] {
  const messages: OpenMessage[] = [];
  let before: Kind = "mixed";
  const legacy = new LegacyIds();
  const add = (message: OpenMessage): void => {
    if (message.parts.length === 0) return;
    const last = messages.at(-1);
    const after = kindOf(message.parts);
    if (last !== undefined && last.role === message.role && goesOn(before, after)) {
      appendAll(last.parts, message.parts);
      if (after !== before) before = "mixed";
    } else {
      messages.push(message);
      before = after;
    }
  };
  source.forEach((item, index) => {
    for (const message of decodeItem(item, `input.${index}`, notices, legacy)) {
      add({ role: message.role, parts: [...message.parts] });
    }
  });
  return messages;
}

type OpenMessage = Message & { readonly parts: Part[] };

/** The type of all parts of a message, where they have one. */
type Kind = Part["type"] | "mixed";

function kindOf(parts: readonly Part[]): Kind {
  const type = parts[0]?.type ?? "mixed";
  return parts.every((part) => part.type === type) ? type : "mixed";
}

/** Calls and reasoning go on with what the assistant said before them, results with results. */
function goesOn(before: Kind, after: Kind): boolean {
  if (after === "tool-call" || after === "reasoning") return true;
  return before === (after === "tool-result" ? "tool-result" : "reasoning");
}

function decodeItem(item: Item, at: string, notices: Notice[], legacy: LegacyIds): readonly Message[] {
  switch (item.type) {
    case undefined:
    case null:
    case "message":
      return [readMessage(validate(anyMessage, item, at), at, partsIn(notices), legacy)];
    case "function_call": {
      const call = validate(items.call, item, at);
      const name = flatName(call.name, call.namespace);
      const input = callArguments(call.arguments, `${at}.arguments`);
      return [assistant([{ type: "tool-call", id: call.call_id, name, input }])];
    }
    case "custom_tool_call": {
      const call = validate(items.customCall, item, at);
      const name = flatName(call.name, call.namespace);
      const input = wrapCustom(call.input ?? "");
      return [assistant([{ type: "tool-call", id: call.call_id, name, input }])];
    }
    case "function_call_output":
    case "custom_tool_call_output": {
      const { call_id: callId, output, status } = validate(items.output, item, at);
      const content = readPlain(output, `${at}.output`, notices);
      return [user([{ type: "tool-result", callId, content, isError: status === "incomplete" }])];
    }
    case "additional_tools":
      // They are read with the request's own.
      return [];
    case "reasoning": {
      const { summary, encrypted_content: signature } = validate(items.reasoning, item, at);
      if (typeof signature !== "string" || signature === "") return [];
      const text = (summary ?? []).map((part) => part.text ?? "").join("\n\n");
      return [assistant([{ type: "reasoning", text, signature }])];
    }
    case "compaction":
    case "compaction_summary": {
      const text = readCompaction(validate(items.compaction, item, at).encrypted_content, at);
      return [user([{ type: "text", text }])];
    }
    case "compaction_trigger":
      // It asks for something, and says nothing.
      return [];
    default:
      return readOtherItem(item as TypedPart, at, notices, legacy);
  }
}

/** Items of tools, and what other APIs and careless clients write in the place of items: messages and parts of them. */
function readOtherItem(
  item: Item & TypedPart,
  at: string,
  notices: Notice[],
  legacy: LegacyIds,
): readonly Message[] {
  const ofClient = readClientItem(item, at);
  if (ofClient !== undefined)
    return [ofClient.type === "tool-call" ? assistant([ofClient]) : user([ofClient])];
  const ofVendor = readVendorItem(item, at);
  if (ofVendor !== undefined) return ofVendor;
  if (typeof item["role"] === "string") {
    return [readMessage(validate(anyMessage, item, at), at, partsIn(notices), legacy)];
  }
  const parts = readPart(item, at, notices);
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

function assistant(parts: Part[]): Message {
  return { role: "assistant", parts };
}

function user(parts: Part[]): Message {
  return { role: "user", parts };
}
