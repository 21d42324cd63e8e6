/** Content parts to neutral parts (OpenAI API reference, "Create chat completion", `messages.content`). */
import type { MediaPart, TextPart } from "../../turn/message.ts";
import { addNotice, type Notice } from "../../turn/notice.ts";
import { mediaFromBase64, mediaFromUrl, textFromUrl } from "../media.ts";
import { validate } from "../validate.ts";
import { parts, type ChatContent, type ChatPart } from "./schema.ts";

type Plain = TextPart | MediaPart;

/** @throws BridgeError `invalid_request`, or `unsupported_feature` for a picture that is not in the request. */
export function decodeContent(
  content: ChatContent | null | undefined,
  at: string,
  notices: Notice[],
): Plain[] {
  if (content === null || content === undefined) return [];
  if (typeof content === "string") return textParts(content);
  return content.flatMap((part, index) =>
    typeof part === "string" ? textParts(part) : decodePart(part, `${at}.${index}`, notices),
  );
}

function decodePart(part: ChatPart, at: string, notices: Notice[]): Plain[] {
  switch (part.type) {
    case "text":
      return textParts(validate(parts.text, part, at).text);
    case "refusal":
      return textParts(validate(parts.refusal, part, at).refusal);
    case "image_url":
      return [mediaFromUrl(validate(parts.image, part, at).image_url, `${at}.image_url`)];
    case "input_audio": {
      const { format, data } = validate(parts.audio, part, at).input_audio;
      return [mediaFromBase64(`audio/${format}`, data, `${at}.input_audio`)];
    }
    case "file":
      return decodeFile(part, at, notices);
    default:
      addNotice(notices, {
        code: "content-approximated",
        message: "Content of a kind that sampling does not know was kept as text where it held any.",
      });
      return textParts(validate(parts.other, part, at).text ?? "");
  }
}

/** A file's text; of one that holds no text, a line that says so to the model. */
function decodeFile(part: ChatPart, at: string, notices: Notice[]): Plain[] {
  const { filename, file_data: data } = validate(parts.file, part, at).file;
  const text = textFromUrl(data ?? "");
  const name = typeof filename === "string" && filename !== "" ? filename : undefined;
  if (text !== undefined) return [...textParts(name ?? ""), ...textParts(text)];
  addNotice(notices, {
    code: "documents-ignored",
    message: "Documents that are not plain text cannot be sent to an MCP host.",
  });
  return textParts(
    `[A document was attached here that cannot be shown${name === undefined ? "" : `: ${name}`}]`,
  );
}

function textParts(text: string): TextPart[] {
  return text === "" ? [] : [{ type: "text", text }];
}
