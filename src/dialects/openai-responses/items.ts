/** Input items to messages: calls and results are items of their own here, and parts of messages with us. */
import type { Message, Part } from "../../turn/message.ts";
import { addNotice, type Notice } from "../../turn/notice.ts";
import { appendAll } from "../append-all.ts";
import { wrapCustom } from "../custom-tool.ts";
import { validate } from "../validate.ts";
import { readClientItem } from "./client-tools.ts";
import { readCompaction } from "./compaction.ts";
import { decodeContent } from "./content.ts";
import { items, type Item } from "./schema.ts";
import { flatName } from "./tools.ts";

/** @throws BridgeError as `decodeContent`. Neighbouring items of one role become one message. */
export function decodeItems(source: readonly Item[], notices: Notice[]): Message[] {
  const messages: OpenMessage[] = [];
  let before: Kind = "mixed";
  source.forEach((item, index) => {
    const message = decodeItem(item, `input.${index}`, notices);
    if (message === undefined || message.parts.length === 0) return;
    const last = messages.at(-1);
    const after = kindOf(message.parts);
    if (last !== undefined && last.role === message.role && goesOn(before, after)) {
      appendAll(last.parts, message.parts);
      if (after !== before) before = "mixed";
    } else {
      messages.push(message);
      before = after;
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

function decodeItem(item: Item, at: string, notices: Notice[]): OpenMessage | undefined {
  switch (item.type) {
    case undefined:
    case null:
    case "message": {
      const { role, content } = validate(items.message, item, at);
      const parts = decodeContent(content, `${at}.content`, notices);
      return { role: role === "developer" ? "system" : role, parts };
    }
    case "function_call": {
      const call = validate(items.call, item, at);
      const name = flatName(call.name, call.namespace);
      return assistant({ type: "tool-call", id: call.call_id, name, input: call.arguments ?? "{}" });
    }
    case "custom_tool_call": {
      const call = validate(items.customCall, item, at);
      const name = flatName(call.name, call.namespace);
      return assistant({ type: "tool-call", id: call.call_id, name, input: wrapCustom(call.input ?? "") });
    }
    case "function_call_output":
    case "custom_tool_call_output": {
      const { call_id: callId, output, status } = validate(items.output, item, at);
      const content = decodeContent(output, `${at}.output`, notices);
      return {
        role: "user",
        parts: [{ type: "tool-result", callId, content, isError: status === "incomplete" }],
      };
    }
    case "additional_tools":
      // They are read with the request's own.
      return undefined;
    case "reasoning": {
      const { summary, encrypted_content: signature } = validate(items.reasoning, item, at);
      if (typeof signature !== "string" || signature === "") return undefined;
      const text = (summary ?? []).map((part) => part.text ?? "").join("\n\n");
      return assistant({ type: "reasoning", text, signature });
    }
    case "compaction":
    case "compaction_summary": {
      const text = readCompaction(validate(items.compaction, item, at).encrypted_content, at);
      return { role: "user", parts: [{ type: "text", text }] };
    }
    case "compaction_trigger":
      // It asks for something, and says nothing.
      return undefined;
    default: {
      const part = readClientItem(item, at);
      if (part !== undefined)
        return { role: part.type === "tool-call" ? "assistant" : "user", parts: [part] };
      addNotice(notices, {
        code: "items-ignored",
        message: "Input items of kinds that belong to the vendor's own tools were left out.",
      });
      return undefined;
    }
  }
}

function assistant(part: Part): OpenMessage {
  return { role: "assistant", parts: [part] };
}
