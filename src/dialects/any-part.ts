/**
 * Content parts as one of the three APIs writes them, in a request to another: agents send what they have, whatever the
 * route. What they mean is plain from their kind (OpenAI and Anthropic API references, content parts).
 */
import * as z from "zod";
import { BridgeError } from "../turn/error.ts";
import type { MediaPart, Part, TextPart } from "../turn/message.ts";
import type { Notice } from "../turn/notice.ts";
import { attachedText } from "./attachment.ts";
import { MOST } from "./limits.ts";
import { mediaFromBase64, mediaFromUrl } from "./media.ts";
import { id, jsonObject, list, name, typedObject } from "./shapes.ts";
import { validate } from "./validate.ts";

export type TypedPart = z.output<typeof typedObject>;

const contentOf = z.union([z.string(), list(z.union([z.string(), typedObject]), MOST.parts)]).nullish();
type Content = z.output<typeof contentOf>;

const url = z.union([z.string(), z.object({ url: z.string() }).transform((value) => value.url)]);
const file = z.object({ filename: z.string().nullish(), file_data: z.string().nullish() });

const SHAPES = {
  text: z.object({ text: z.string() }),
  refusal: z.object({ refusal: z.string() }),
  imageUrl: z.object({ image_url: url }),
  audio: z.object({ input_audio: z.object({ data: z.string(), format: name }) }),
  file: file.extend({ file: file.nullish() }),
  image: z.object({
    source: z.object({
      type: name,
      media_type: name.nullish(),
      data: z.string().nullish(),
      url: z.string().nullish(),
    }),
  }),
  document: z.object({
    source: z.object({
      type: name,
      media_type: name.nullish(),
      data: z.string().nullish(),
      content: contentOf,
    }),
    title: z.string().nullish(),
    context: z.string().nullish(),
  }),
  toolUse: z.object({ id, name, input: jsonObject.nullish() }),
  toolResult: z.object({ tool_use_id: id, content: contentOf, is_error: z.boolean().nullish() }),
  thinking: z.object({ thinking: z.string(), signature: z.string().nullish() }),
  redacted: z.object({ data: z.string() }),
} as const;

/**
 * The neutral parts of a content part, of whichever API it is.
 *
 * @throws BridgeError `invalid_request` for a kind of which nobody could say what it means, and as the parts' readers do.
 */
export function readPart(part: TypedPart, at: string, notices: Notice[]): Part[] {
  switch (part.type) {
    case "tool_use": {
      const call = validate(SHAPES.toolUse, part, at);
      return [{ type: "tool-call", id: call.id, name: call.name, input: JSON.stringify(call.input ?? {}) }];
    }
    case "tool_result": {
      const { tool_use_id: callId, content, is_error: isError } = validate(SHAPES.toolResult, part, at);
      const inner = readPlain(content, `${at}.content`, notices);
      return [{ type: "tool-result", callId, content: inner, isError: isError ?? false }];
    }
    case "thinking": {
      const { thinking: text, signature } = validate(SHAPES.thinking, part, at);
      return [{ type: "reasoning", text, ...(typeof signature === "string" && { signature }) }];
    }
    case "redacted_thinking":
      return [{ type: "reasoning", text: "", signature: validate(SHAPES.redacted, part, at).data }];
    default:
      return readPlainPart(part, at, notices);
  }
}

/** Content that can only be text and media: the result of a tool. */
export function readPlain(content: Content, at: string, notices: Notice[]): (TextPart | MediaPart)[] {
  if (content === null || content === undefined) return [];
  if (typeof content === "string") return textParts(content);
  return content.flatMap((part, index) =>
    typeof part === "string" ? textParts(part) : readPlainPart(part, `${at}.${index}`, notices),
  );
}

const PLAIN_KINDS: ReadonlySet<string> = new Set([
  "text",
  "input_text",
  "output_text",
  "summary_text",
  "refusal",
  "image_url",
  "input_image",
  "input_audio",
  "file",
  "input_file",
  "image",
  "document",
]);

/** Whether it is known what a part of this kind holds, and that it is text or media. */
export function isPlainKind(type: string): boolean {
  return PLAIN_KINDS.has(type);
}

export function readPlainPart(part: TypedPart, at: string, notices: Notice[]): (TextPart | MediaPart)[] {
  switch (part.type) {
    case "text":
    case "input_text":
    case "output_text":
    case "summary_text":
      return textParts(validate(SHAPES.text, part, at).text);
    case "refusal":
      return textParts(validate(SHAPES.refusal, part, at).refusal);
    case "image_url":
    case "input_image":
      return [mediaFromUrl(validate(SHAPES.imageUrl, part, at).image_url, `${at}.image_url`)];
    case "input_audio": {
      const { format, data } = validate(SHAPES.audio, part, at).input_audio;
      return [mediaFromBase64(`audio/${format}`, data, `${at}.input_audio`)];
    }
    case "file":
    case "input_file": {
      const stated = validate(SHAPES.file, part, at);
      const { filename, file_data: data } = stated.file ?? stated;
      return attachedText(filename, data, notices);
    }
    case "image": {
      const { source } = validate(SHAPES.image, part, at);
      if (source.type === "base64") {
        return [mediaFromBase64(source.media_type ?? "", source.data ?? "", `${at}.source`)];
      }
      if (source.url?.startsWith("data:") === true) return [mediaFromUrl(source.url, `${at}.source`)];
      throw new BridgeError(
        "unsupported_feature",
        `${at}.source: images by URL or file id are not fetched; send them as base64.`,
        { param: `${at}.source` },
      );
    }
    case "document":
      return readDocument(part, at, notices);
    default:
      return readOther(part, at);
  }
}

/** A document's text with its title; of one that holds no text, a line that says so to the model. */
function readDocument(part: TypedPart, at: string, notices: Notice[]): (TextPart | MediaPart)[] {
  const { source, title, context } = validate(SHAPES.document, part, at);
  const head = [title, context].filter((line) => typeof line === "string" && line !== "").join("\n");
  if (source.type === "text") return [...textParts(head), ...textParts(source.data ?? "")];
  if (source.type === "content") {
    return [...textParts(head), ...readPlain(source.content, `${at}.source.content`, notices)];
  }
  return attachedText(head, `data:${source.media_type ?? ""};base64,${source.data ?? ""}`, notices);
}

/** A part of a kind that nobody told us of counts as its text. */
function readOther(part: TypedPart, at: string): TextPart[] {
  const text = part["text"];
  if (typeof text === "string" && text !== "") return textParts(text);
  throw unknownPart(part.type, at);
}

export function unknownPart(type: string, at: string): BridgeError {
  return new BridgeError(
    "invalid_request",
    `${at}.type: the bridge does not know content of the kind ${JSON.stringify(type.slice(0, 50))}; send it as text.`,
    { param: `${at}.type` },
  );
}

export function textParts(text: string): TextPart[] {
  return text === "" ? [] : [{ type: "text", text }];
}
