/** Content blocks to neutral parts (Anthropic API reference, "Create a Message", `messages.content`). */
import { BridgeError } from "../../turn/error.ts";
import type { MediaPart, Part, TextPart } from "../../turn/message.ts";
import { addNotice, type Notice } from "../../turn/notice.ts";
import { mediaFromBase64 } from "../media.ts";
import { validate } from "../validate.ts";
import { blocks, type Block, type Content } from "./schema.ts";
import type { ToolChanges } from "./tools.ts";

/** What reading the content of a request collects beside the parts. */
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
  if (typeof content === "string") return textParts(content);
  return content.flatMap((block, index) => decodeBlock(block, `${at}.${index}`, reading));
}

/** Content that can only be text and pictures: a system prompt, the result of a tool. */
export function decodePlain(content: Content | null | undefined, at: string, reading: Reading): Plain[] {
  if (content === null || content === undefined) return [];
  if (typeof content === "string") return textParts(content);
  return content.flatMap((block, index) => decodePlainBlock(block, `${at}.${index}`, reading));
}

function decodeBlock(block: Block, at: string, reading: Reading): Part[] {
  switch (block.type) {
    case "tool_use": {
      const { id, name, input } = validate(blocks.toolUse, block, at);
      return [{ type: "tool-call", id, name, input: JSON.stringify(input ?? {}) }];
    }
    case "tool_result": {
      const { tool_use_id: callId, content, is_error: isError } = validate(blocks.toolResult, block, at);
      const inner = decodePlain(content, `${at}.content`, reading);
      return [{ type: "tool-result", callId, content: inner, isError: isError ?? false }];
    }
    case "thinking": {
      const { thinking: text, signature } = validate(blocks.thinking, block, at);
      return [{ type: "reasoning", text, ...(typeof signature === "string" && { signature }) }];
    }
    case "redacted_thinking":
      return [{ type: "reasoning", text: "", signature: validate(blocks.redacted, block, at).data }];
    default:
      return decodePlainBlock(block, at, reading);
  }
}

function decodePlainBlock(block: Block, at: string, reading: Reading): Plain[] {
  switch (block.type) {
    case "text":
      return textParts(validate(blocks.text, block, at).text);
    case "image":
      return [decodeImage(block, at)];
    case "document":
      return decodeDocument(block, at, reading);
    case "tool_reference": {
      const name = validate(blocks.toolReference, block, at).tool_name;
      reading.toolChanges.add(name);
      return textParts(`[The tool ${name} can be used from here on.]`);
    }
    case "tool_addition": {
      const { name, definition } = validate(blocks.toolChange, block, at).tool;
      if (definition !== null && definition !== undefined) reading.toolChanges.define(definition);
      else if (typeof name === "string") reading.toolChanges.add(name);
      return [];
    }
    case "tool_removal": {
      const { name } = validate(blocks.toolChange, block, at).tool;
      if (typeof name === "string") reading.toolChanges.remove(name);
      return [];
    }
    case "search_result":
      return decodeOther(block, at, reading);
    default:
      addNotice(reading.notices, {
        code: "content-approximated",
        message: "Content of a kind that sampling does not know was kept as text where it held any.",
      });
      return decodeOther(block, at, reading);
  }
}

function decodeImage(block: Block, at: string): MediaPart {
  const { source } = validate(blocks.image, block, at);
  if (source.type !== "base64") {
    throw new BridgeError(
      "unsupported_feature",
      `${at}.source: images by URL or file id are not fetched; send them as base64.`,
      { param: `${at}.source` },
    );
  }
  return mediaFromBase64(source.media_type ?? "", source.data ?? "", `${at}.source`);
}

/** A document's text with its title; of one that holds no text, a line that says so to the model. */
function decodeDocument(block: Block, at: string, reading: Reading): Plain[] {
  const { source, title, context } = validate(blocks.document, block, at);
  const head = [title, context].filter((line) => typeof line === "string" && line !== "").join("\n");
  if (source.type === "text") return [...textParts(head), ...textParts(source.data ?? "")];
  if (source.type === "content") {
    return [...textParts(head), ...decodePlain(source.content, `${at}.source.content`, reading)];
  }
  addNotice(reading.notices, {
    code: "documents-ignored",
    message: "Documents that are not plain text cannot be sent to an MCP host.",
  });
  return textParts(`[A document was attached here that cannot be shown${head === "" ? "" : `: ${head}`}]`);
}

/** Whatever text a block of another kind holds, itself or in what it contains. */
function decodeOther(block: Block, at: string, reading: Reading): Plain[] {
  const { title, source, url, text, content } = validate(blocks.other, block, at);
  const lines = [title, source, url, text].filter((line) => typeof line === "string" && line !== "");
  return [...textParts(lines.join("\n")), ...decodePlain(content, `${at}.content`, reading)];
}

function textParts(text: string): TextPart[] {
  return text === "" ? [] : [{ type: "text", text }];
}
