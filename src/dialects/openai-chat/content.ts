/** Content parts to neutral parts (OpenAI API reference, "Create chat completion", `messages.content`). */
import { BridgeError } from "../../turn/error.ts";
import type { MediaPart, Part, TextPart } from "../../turn/message.ts";
import type { Notice } from "../../turn/notice.ts";
import { readPart, textParts } from "../any-part.ts";
import type { ChatContent } from "./schema.ts";

/**
 * The parts of a message, also those that the Messages API has in its content: calls, results and thinking.
 *
 * @throws BridgeError `invalid_request`, or `unsupported_feature` for a picture that is not in the request.
 */
export function decodeContent(
  content: ChatContent | null | undefined,
  at: string,
  notices: Notice[],
): Part[] {
  if (content === null || content === undefined) return [];
  if (typeof content === "string") return textParts(content);
  return content.flatMap((part, index) =>
    typeof part === "string" ? textParts(part) : readPart(part, `${at}.${index}`, notices),
  );
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
