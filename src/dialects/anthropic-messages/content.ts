/** Content blocks to neutral parts (Anthropic API reference, "Create a Message", `messages.content`). */
import type { MediaPart, Part, TextPart } from "../../turn/message.ts";
import type { Notice } from "../../turn/notice.ts";
import { readPart } from "../any-part.ts";
import {
  type Content,
  isPlainKind,
  readOther,
  readPlainPart,
  referenceText,
  textParts,
} from "../plain-part.ts";
import { validate } from "../validate.ts";
import { blocks, type Block } from "./schema.ts";
import type { ToolChanges } from "./tools.ts";

/** Collected while the content of a request is read, beside its parts. */
export interface Reading {
  readonly notices: Notice[];
  readonly toolChanges: ToolChanges;
}

type Plain = TextPart | MediaPart;

/**
 * The parts of a message.
 *
 * @throws BridgeError `invalid_request`, or `unsupported_feature` for a picture that is not in the request.
 */
export function decodeContent(content: Content, at: string, reading: Reading): Part[] {
  if (content === null || content === undefined) return [];
  if (typeof content === "string") return textParts(content);
  return content.flatMap((block, index) =>
    typeof block === "string" ? textParts(block) : decodeBlock(block, `${at}.${index}`, reading),
  );
}

/** Content that may only be text and pictures: a system prompt, a tool result. */
export function decodePlain(content: Content, at: string, reading: Reading): Plain[] {
  if (content === null || content === undefined) return [];
  if (typeof content === "string") return textParts(content);
  return content.flatMap((block, index) =>
    typeof block === "string" ? textParts(block) : decodePlainBlock(block, `${at}.${index}`, reading),
  );
}

function decodeBlock(block: Block, at: string, reading: Reading): Part[] {
  switch (block.type) {
    case "tool_result": {
      const { tool_use_id: callId, content, is_error: isError } = validate(blocks.toolResult, block, at);
      const inner = decodePlain(content, `${at}.content`, reading);
      return [{ type: "tool-result", callId, content: inner, isError: isError ?? false }];
    }
    case "tool_use":
    case "thinking":
    case "redacted_thinking":
      return readPart(block, at, reading.notices);
    default:
      return decodePlainBlock(block, at, reading);
  }
}

function decodePlainBlock(block: Block, at: string, reading: Reading): Plain[] {
  switch (block.type) {
    case "tool_reference": {
      const { name, parts } = referenceText(block, at);
      reading.toolChanges.add(name);
      return parts;
    }
    case "tool_addition": {
      const { name, definition } = validate(blocks.toolChange, block, at).tool;
      if (definition !== null && definition !== undefined)
        reading.toolChanges.define(definition, `${at}.tool.definition`);
      else if (typeof name === "string") reading.toolChanges.add(name);
      return [];
    }
    case "tool_removal": {
      const { name } = validate(blocks.toolChange, block, at).tool;
      if (typeof name === "string") reading.toolChanges.remove(name);
      return [];
    }
    default:
      return isPlainKind(block.type)
        ? readPlainPart(block, at, reading.notices)
        : readOther(block, at, (inner, innerAt) => decodePlainBlock(inner, innerAt, reading));
  }
}
