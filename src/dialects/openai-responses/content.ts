/** Content parts to neutral parts (OpenAI API reference, "Create a model response", `input`). */
import type { MediaPart, TextPart } from "../../turn/message.ts";
import { addNotice, type Notice } from "../../turn/notice.ts";
import { attachedText } from "../attachment.ts";
import { mediaFromBase64, mediaFromUrl } from "../media.ts";
import { validate } from "../validate.ts";
import { parts, type Content, type WirePart } from "./schema.ts";

type Plain = TextPart | MediaPart;

/** @throws BridgeError `invalid_request`, or `unsupported_feature` for a picture that is not in the request. */
export function decodeContent(content: Content | null | undefined, at: string, notices: Notice[]): Plain[] {
  if (content === null || content === undefined) return [];
  if (typeof content === "string") return textParts(content);
  return content.flatMap((part, index) =>
    typeof part === "string" ? textParts(part) : decodePart(part, `${at}.${index}`, notices),
  );
}

function decodePart(part: WirePart, at: string, notices: Notice[]): Plain[] {
  switch (part.type) {
    case "input_text":
    case "output_text":
    case "summary_text":
    case "text":
      return textParts(validate(parts.text, part, at).text);
    case "refusal":
      return textParts(validate(parts.refusal, part, at).refusal);
    case "input_image":
      return [mediaFromUrl(validate(parts.image, part, at).image_url ?? "", `${at}.image_url`)];
    case "input_audio": {
      const { format, data } = validate(parts.audio, part, at).input_audio;
      return [mediaFromBase64(`audio/${format}`, data, `${at}.input_audio`)];
    }
    case "input_file": {
      const { filename, file_data: data } = validate(parts.file, part, at);
      return attachedText(filename, data, notices);
    }
    default:
      addNotice(notices, {
        code: "content-approximated",
        message: "Content of a kind that sampling does not know was kept as text where it held any.",
      });
      return textParts(validate(parts.other, part, at).text ?? "");
  }
}

function textParts(text: string): TextPart[] {
  return text === "" ? [] : [{ type: "text", text }];
}
